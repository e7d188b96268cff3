"""What people read on the terminal after a build, an evaluation, a calibration, a mapping check."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from access import LookupAnswer
from api import MADE_UP_USERS
from mashlink.build_report import BuildReport
from mashlink.calibrate import CalibrationChange
from mashlink.report_words import words
from records.intake import MappingCheck
from records.ledger import VerificationReport


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right")
    return table


def show_build(screen: Console, report: BuildReport) -> None:
    """Rows per feed, what they resolved to, what was found, how long it took."""
    feeds = _table("What was handed in", "Feed", "Rows read", "Accepted", "Quarantined", "Values set aside")
    for name, count in report.feeds.items():
        feeds.add_row(
            words(name),
            f"{count['read']:,}",
            f"{count['accepted']:,}",
            f"[yellow]{count['quarantined']:,}[/]" if count["quarantined"] else "0",
            f"{count['fields_set_aside']:,}",
        )
    screen.print()
    screen.print(feeds)
    resolved = _table("What it tells of", "", "")
    resolved.show_header = False
    for name, value in (
        ("People", report.people),
        ("Households", report.households),
        ("Incidents", report.incidents),
        ("Record pairs compared and kept", report.links),
    ):
        resolved.add_row(name, f"{value:,}")
    screen.print()
    screen.print(resolved)
    findings = _table("Findings for a human to look at", "Detector", "Findings")
    for name, value in report.findings.items():
        findings.add_row(words(name), f"{value:,}")
    screen.print()
    screen.print(findings)
    for warning in report.warnings:
        screen.print(f"[yellow]Note:[/] {warning}")
    if report.linkage.get("kind") == "incremental":
        changes = ", ".join(f"{report.linkage[what]:,} {what}" for what in ("new", "changed", "removed"))
        screen.print(
            f"\nOnly what changed was linked again: {changes} of {report.linkage['records']:,} records."
        )
    screen.print(
        f"\nSnapshot {report.snapshot}, seen from {report.as_of:%-d %B %Y}: "
        f"{report.seconds_total:.1f} s, at most {report.peak_mb:,.0f} MB.\n"
    )


def show_evaluation(screen: Console, quality: dict[str, Any]) -> None:
    """Quality against known truth, in shares of one."""
    linkage = quality["linkage"]
    people = _table("Quality against the known truth", "", "Precision", "Recall", "F1")
    for name, part in (
        ("Record pairs of one person", linkage["pairwise"]),
        ("People (B-cubed)", linkage["bcubed"]),
    ):
        people.add_row(name, f"{part['precision']:.4f}", f"{part['recall']:.4f}", f"{part['f1']:.4f}")
    for name in ("households", "incidents"):
        people.add_row(words(name), f"{quality[name]['precision']:.4f}", f"{quality[name]['recall']:.4f}", "")
    screen.print()
    screen.print(people)
    screen.print(
        f"Twins merged: {linkage['twins_merged']}. Seals broken: {linkage['seals_broken']}. "
        f"Roles changed: {quality['roles_changed']}."
    )
    groups = _table("By group", "Group", "Precision", "Recall")
    for group, part in linkage["by_group"].items():
        groups.add_row(words(group), f"{part['precision']:.4f}", f"{part['recall']:.4f}")
    screen.print()
    screen.print(groups)
    detectors = _table(
        "Detectors, replayed week by week",
        "Detector",
        "Precision",
        "Recall",
        "Decoys flagged",
        "Findings",
        "A week",
    )
    for name, part in quality["detectors"].items():
        detectors.add_row(
            words(name),
            f"{part['precision']:.2f}",
            f"{part['recall']:.2f}",
            f"{part['decoys_flagged']:.1%}",
            f"{part['findings']:,}",
            f"{part['per_week']:.2f}",
        )
    screen.print()
    screen.print(detectors)
    screen.print()


def show_panel(screen: Console, title: str, lines: list[str]) -> None:
    """A few lines in a frame, for what comes next."""
    screen.print(Panel("\n".join(lines), title=title, title_align="left", expand=False, padding=(1, 2)))


def show_verification(screen: Console, report: VerificationReport) -> None:
    """Whether the ledger is as it was signed."""
    if report.sound:
        screen.print(
            f"[green]Sound[/]: {report.tree_size:,} entries, root {report.root_hash[:16]}…, "
            f"{len(report.erased):,} of them with an erased payload."
        )
        return
    screen.print(
        f"[bold red]Not sound[/]: {len(report.problems):,} problems in {report.tree_size:,} entries."
    )
    for problem in report.problems:
        where = f"entry {problem.sequence}" + (
            f" to {problem.last}" if problem.last > problem.sequence else ""
        )
        screen.print(f"  {where}: {problem.kind}: {problem.message}", highlight=False, soft_wrap=True)


def show_calibration_change(screen: Console, change: CalibrationChange) -> None:
    """Every number that a calibration moved."""
    if change.before_digest == change.after_digest:
        screen.print("Nothing changed.")
        return
    table = _table("What changed", "Number", "Before", "After")
    for one in change.changes:
        table.add_row(one.name, _number(one.before), _number(one.after))
    screen.print(table)
    screen.print("\nThe next build uses it.")


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.6g}"


def show_made_up_users(screen: Console, port: int) -> None:
    """Where the demonstration is, and whom to sign in as."""
    lines = [f"[bold]http://127.0.0.1:{port}[/] is up. Sign in as one of these; none of them exists.", ""]
    lines += [f"[bold]{user.name}[/] ({user.job}): {user.may}" for user in MADE_UP_USERS]
    show_panel(screen, "The demonstration", lines)


def show_lookup(screen: Console, answer: LookupAnswer) -> None:
    """How sure the answer is, who it may be, and what speaks for and against each."""
    screen.print(f"[bold]{answer.status}[/]")
    for candidate in answer.candidates:
        person = candidate.person
        born = f", born {person.date_of_birth:%-d %B %Y}" if person.date_of_birth else ""
        screen.print(
            f"\n[bold]{person.name or person.handle}[/]{born}  (probability {candidate.probability:.3f})"
        )
        screen.print(f"  known to {', '.join(words(agency).lower() for agency in person.agencies)}")
        for line in candidate.comparisons:
            if line.weight:
                screen.print(
                    f"  {line.weight:+6.1f} bits  {words(line.field)}: {line.level}", highlight=False
                )


def show_mapping_check(screen: Console, check: MappingCheck) -> None:
    """Counts per file, what each table got, the first complaints, and a few rows of each table."""
    files = _table("Files", "File", "Rows read", "Accepted", "Quarantined", "Values set aside")
    for file in check.report.files:
        files.add_row(
            file.source_file,
            f"{file.rows_read:,}",
            f"{file.rows_accepted:,}",
            f"{file.rows_quarantined:,}",
            f"{file.fields_set_aside:,}",
        )
    screen.print(files)
    for note in check.report.notes:
        screen.print(f"[yellow]Note:[/] {note}")
    for title, complaints in (("Quarantined", check.quarantined), ("Set aside", check.set_aside)):
        if complaints:
            screen.print(f"\n[bold]{title}[/], the first {len(complaints)}")
        for one in complaints:
            field = f", {one.field}" if one.field else ""
            screen.print(
                f"  {one.source_file}, line {one.line}{field}: {one.reason}", soft_wrap=True, highlight=False
            )
            screen.print(f"    to mend it: {one.mend}", soft_wrap=True, highlight=False)
            if one.shown:
                screen.print(f"    as it came: {escape(one.shown[:200])}", soft_wrap=True, highlight=False)
    for name, rows in check.rows.items():
        screen.print(f"\n[bold]{name}[/]: {check.totals.get(name, 0):,} rows")
        for row in rows:
            stated = {key: value for key, value in row.items() if value is not None}
            screen.print(
                "  " + ", ".join(f"[dim]{key}[/] {escape(str(value))}" for key, value in stated.items()),
                soft_wrap=True,
            )
