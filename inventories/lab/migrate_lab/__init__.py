"""Real OpenStack clouds and source machine rooms on one machine; standard library only, knows nothing of `migrate`."""
