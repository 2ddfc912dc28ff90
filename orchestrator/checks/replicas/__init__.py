"""The ten checks of a replica: two observations, a policy and the list in, verdicts out; nothing is asked or mended.

What could not be seen and what nobody set a threshold for is unknown, and unknown is never pass.
"""
