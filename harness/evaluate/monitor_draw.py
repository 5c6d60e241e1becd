"""Draw the fresh answers of a look: what they may cost is settled before the first is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from harness.errors import HarnessError
from harness.evaluate.monitor_target import Target
from harness.evaluate.obtain import agree, obtain
from harness.evaluate.order import Order
from harness.evaluate.plan import Plan, plan_suites
from harness.evaluate.subjects import recorded
from harness.evaluate.workspace import Wish, Workspace
from harness.judging.subjects import Subject
from harness.model.suite import Suite
from harness.report.words import money
from harness.runner.chain import Live
from harness.runner.going import Progress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a look is asked to do.

    Attributes:
        wish: Who is watched, where the epoch holds several arms.
        control: Endpoint on which a confirmation is repeated; empty for none.
        allow_unknown_price: Spend on models that no price is known of.
        confirm: Asked before money is spent: the screen's plan, and the whole with a
            confirmation, which is the ceiling.
        progress: Told how it goes.
        ending: Told how many calls are waited for, when an interrupt ends the look.
    """

    wish: Wish = field(default_factory=Wish)
    control: str = ""
    allow_unknown_price: bool = False
    confirm: Callable[[Plan, Plan], None] = lambda screen, whole: None
    progress: Progress = silent
    ending: Callable[[int], None] = lambda count: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Fresh answers, or why they are not all there.

    Attributes:
        subjects: What came, selected by nobody.
        missing: Why the draw was not made, or broke off; empty where it is whole.
    """

    subjects: tuple[Subject, ...] = ()
    missing: str = ""


class Draw:
    """The draws of one look, under one purse, into one recording."""

    def __init__(self, target: Target, workspace: Workspace, wanted: Wanted) -> None:
        """Prepare the draws; nothing is asked for yet.

        Args:
            target: What is watched.
            workspace: Its recording is the look's own.
            wanted: What the look is asked to do.
        """
        self._target = target
        self._workspace = workspace
        self._wanted = wanted
        self._purse = workspace.purse()
        self.stopped: HarnessError | None = None

    @property
    def spent_usd(self) -> float:
        """What was spent so far."""
        return round(self._purse.spent_usd, 6)

    def agree(self, *, confirms: bool) -> None:
        """Ask before money is spent, once for all draws.

        Args:
            confirms: A confirmation may follow, and belongs to the ceiling.

        Raises:
            SpendingRefused: it is not to be spent.
        """
        screen = self._plan(self._screen())
        rows = self._plan(self._confirmation()).rows if confirms else screen.rows
        if confirms and self._wanted.control:
            rows = (*rows, *self._plan(self._control()).rows)
        order = self._order(lambda plan: self._wanted.confirm(screen, plan))
        agree(Plan(rows=rows, live=Live.MISSING), order)

    def screen(self) -> Drawn:
        """Draw the answers of the screen."""
        return self._drawn(self._screen())

    def confirmation(self) -> Drawn:
        """Draw those of the confirmation, where the budget has room for all of them."""
        return self._affordable(self._confirmation())

    def control(self, *, level: bool) -> Drawn:
        """Draw those of the confirmation on the other endpoint.

        Args:
            level: Pictures are brought to one size and compression: they are held against
                another arm's.
        """
        return self._affordable(self._control(), level=level)

    def _screen(self) -> Suite:
        return _sampled(self._target.suite, self._target.stages[0].fresh)

    def _confirmation(self) -> Suite:
        """Ask for the screen's answers, which are there, and for as many more as are due."""
        return _sampled(self._target.suite, sum(stage.fresh for stage in self._target.stages))

    def _control(self) -> Suite:
        suite = _sampled(self._target.suite, self._target.stages[1].fresh)
        asked = (replace(variant, endpoint=self._wanted.control) for variant in suite.variants)
        return replace(suite, variants=tuple(asked))

    def _plan(self, suite: Suite) -> Plan:
        return plan_suites((suite,), self._workspace, wish=Wish(), live=Live.MISSING)

    def _order(self, confirm: Callable[[Plan], None]) -> Order:
        return Order(
            live=Live.MISSING,
            allow_unknown_price=self._wanted.allow_unknown_price,
            confirm=confirm,
            progress=self._wanted.progress,
            ending=self._wanted.ending,
        )

    def _affordable(self, suite: Suite, *, level: bool = False) -> Drawn:
        """Draw nothing where the budget would end on the way: a part confirms nothing."""
        plan, cap = self._plan(suite), self._workspace.settings.max_cost
        most = max((row.ceiling_usd or 0.0 for row in plan.due if not row.free), default=0.0)
        if cap is None or self._purse.spent_usd + plan.expected_usd + most <= cap:
            return self._drawn(suite, level=level)
        left = max(0.0, cap - self._purse.spent_usd)
        return Drawn(
            missing=f"{len(plan.due)} fresh answers would cost about {money(plan.expected_usd)}, "
            f"at most {money(most)} for one, and {money(left)} of the cap is left"
        )

    def _drawn(self, suite: Suite, *, level: bool = False) -> Drawn:
        order = self._order(lambda plan: None)
        found, stopped = obtain((suite,), self._workspace, order, purse=self._purse)
        self.stopped = self.stopped or stopped
        session = found[0].session
        subjects = recorded(suite, self._workspace, level=level)
        return Drawn(
            subjects=tuple(subject for subject in subjects if subject.session == session),
            missing=f"it broke off: {stopped}" if stopped else "",
        )


def _sampled(suite: Suite, samples: int) -> Suite:
    variants = (replace(variant, samples=samples) for variant in suite.variants)
    return replace(suite, variants=tuple(variants))
