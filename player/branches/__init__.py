"""Explore every branch of a story: what is reached, where it ends, how long its nights are.

Two visits to a question count as one situation if the story says that the same can follow
(``Story.situation``). So the exploration ends, although the number of different nights may be
infinite. The survey is *exhaustive* (a proof) if every situation was visited and all could be
told apart exactly; it is mere *coverage* if the budget ran out, or if chance or high counts are
involved.
"""

from player.branches.explorer import ItemDuration, duration_by_words, explore
from player.branches.model import BranchSurvey, DeadEnd, Ending, QuestionEdge, SituationEdge

__all__ = [
    "BranchSurvey",
    "DeadEnd",
    "Ending",
    "ItemDuration",
    "QuestionEdge",
    "SituationEdge",
    "duration_by_words",
    "explore",
]
