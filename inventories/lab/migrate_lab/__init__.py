"""Brings real OpenStack clouds and source machine rooms up on one machine; standard library only, knows nothing of `migrate`."""
