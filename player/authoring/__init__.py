"""The writer's tools."""
