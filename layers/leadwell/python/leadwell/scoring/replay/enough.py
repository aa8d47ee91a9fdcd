"""How much history it takes before a number means something."""

from collections.abc import Sequence

from leadwell.errors import LeadwellError

EACH = 50
"""So many contacts that converted, and so many that did not: with fewer, an interval around an AUC of 0.7 is wider than
0.15, which tells no two models apart."""

PER_RULE = 10
"""Contacts of the rarer outcome for each weight that is estimated: below that, logistic regression is known to
overstate (Peduzzi et al., A simulation study of the number of events per variable in logistic regression analysis,
Journal of Clinical Epidemiology 49, 1996)."""


class NotEnoughHistory(LeadwellError):
    """``needed`` and ``converted`` / ``others`` say what is missing: contacts of each outcome."""

    def __init__(self, converted: int, others: int, needed: int, why: str = "") -> None:
        super().__init__(
            f"There is not enough history yet: {converted:,} contacts converted and {others:,} did not, and it takes "
            f"at least {needed:,} of each{why}."
        )
        self.converted, self.others, self.needed = converted, others, needed


def check_enough(converted: Sequence[bool], rules: int = 0) -> None:
    """Raises ``NotEnoughHistory``; ``rules`` is how many weights are to be estimated."""
    yes = sum(converted)
    no = len(converted) - yes
    needed = max(EACH, PER_RULE * rules)
    if min(yes, no) < needed:
        raise NotEnoughHistory(yes, no, needed, f" to weigh {rules} rules" if rules else "")
