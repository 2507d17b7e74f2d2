"""Every branch of a story, walked: what is reached, where it ends, how long a night it makes.

Two questions are one where the story says that the same can follow (``Story.situation``), so the
walk ends although nights can be told apart without number. It is a *proof* where every situation
was met and all could be told apart exactly, and *coverage* where the budget ran out before that,
or where chance or high counts are at play.
"""

from player.branches.explorer import Seconds, pace, walk
from player.branches.model import DeadEnd, Ending, Leg, Stretch, Walk

__all__ = ["DeadEnd", "Ending", "Leg", "Seconds", "Stretch", "Walk", "pace", "walk"]
