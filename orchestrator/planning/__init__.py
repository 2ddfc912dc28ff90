"""Pure planning: classification, placement, pipelines, capacity, batches. Never reads, writes or asks the time."""
