"""Durable workflows over the engine: sees ports, never an adapter, and never why a step is in the plan."""
