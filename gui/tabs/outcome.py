"""How a job over pictures ended: said in words, with what one may do about it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from engine.job import Report
from gui.notices import Action, Notices
from gui.tabs.running import Running
from gui.tabs.words import ending, failure_list
from gui.widgets.film_strip import Queue


class Outcome:
    """Tells the end of a tab's job; `run` starts one on given pictures, with other settings."""

    def __init__(
        self, running: Running, queue: Queue, notices: Notices, run: Callable[..., None]
    ) -> None:
        self._running, self._queue, self._notices, self._run = running, queue, notices, run

    def tell(self, outcome: Any) -> None:
        """Say it: a report, an exception, or None where it was stopped."""
        match outcome:
            case Report():
                self._report(outcome)
            case BaseException():
                self._notices.complain(outcome)
            case _:
                self._notices.say("Stopped. What was done is saved; start again to go on.")

    def open_target(self) -> None:
        """Show the folder with the newest result."""
        target = next((row.target for row in reversed(self._queue.rows) if row.target), None)
        if target is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(target.parent)))

    def copy_failures(self) -> None:
        """Put the list of failures on the clipboard."""
        QApplication.clipboard().setText(failure_list(self._running.failures))
        self._notices.say("The list of failures is on the clipboard.")

    def _report(self, report: Report) -> None:
        actions = []
        if report.done:
            actions.append(Action("Open folder", self.open_target))
        if report.failed:
            actions.append(Action("Copy the failures", self.copy_failures))
        text = ending(report)
        if len(report.failed) == 1:
            text += f" {report.failed[0].path.name}: {report.failed[0].reason}"
        only = report.skipped[0] if len(report.skipped) == 1 and not report.done else None
        if only is not None:
            text = f"{only.path.name} was left out: {only.reason}"
            actions.append(Action("Replace it", self._replace))
            actions.append(Action("Keep both", self._keep_both))
        self._notices.say(text, *actions, kind="bad" if report.failed else "good")

    def _replace(self) -> None:
        self._run(self._sources(), on_conflict="overwrite")

    def _keep_both(self) -> None:
        self._run(self._sources(), on_conflict="rename")

    def _sources(self) -> list[Path]:
        return list(self._running.spec.sources) if self._running.spec else []
