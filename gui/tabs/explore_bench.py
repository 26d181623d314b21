"""The Explore tab without its doings: what lies where, in which colours."""

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.specs import Place
from gui.tabs import Desk
from gui.tabs.explore_directions import DirectionsPage
from gui.tabs.explore_mix import MixPage
from gui.tabs.explore_panel import ExplorePanel
from gui.tabs.explore_photo import PhotoPage
from gui.tabs.explore_points import PointsPage
from gui.tabs.explore_walk import WalkStrip
from gui.tabs.faces_empty import NoGenerator
from gui.tabs.intake import Intake
from gui.tabs.journey import Journey
from gui.tabs.latent_session import LatentSession
from gui.widgets.face_view import FaceView

DIRECTIONS, MIX, POINTS, PHOTO = range(4)  # the pages


class ExploreBench(QWidget):
    """Picture, strip of key faces, panel with pad and pages."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.session = LatentSession(self, desk.engine, desk.prefs, "explore")
        self.journey = Journey(self, Place())
        self.view, self.panel, self.empty = FaceView(), ExplorePanel(), NoGenerator()
        self.pad = self.panel.pad
        self.directions = DirectionsPage(self.journey, self.session)
        self.mix = MixPage(self.journey, self.session)
        self.points = PointsPage(self.journey, self.session, self.view)
        self.photo = PhotoPage(self.journey, self.session)
        self.walk = WalkStrip(self.journey, self.session)
        self.intake = Intake(self, desk.prefs)
        self._lay_out()
        self.recolour()
        desk.theme.changed.connect(self.recolour)

    def _lay_out(self) -> None:
        self.middle = QStackedWidget()
        for widget in (self.view, self.photo.align, self.empty):
            self.middle.addWidget(widget)
        bar = self.view.bar
        self.upscale = bar.add("Upscale", "Send the picture to the Upscale tab")
        self.keep = bar.add("Save…", "Save the picture; dropped here again, it leads back (Ctrl+S)")
        panel = self.panel
        panel.add_page("Directions", "Slide along what the faces differ in", self.directions)
        panel.add_page("Mix", "Take some layers from another face", self.mix)
        panel.add_page("Points", "Pull points of the picture to where you want them", self.points)
        panel.add_page("Photo", "Find the face of a photo of your own", self.photo)
        centre = QVBoxLayout()
        centre.setSpacing(0)
        centre.addWidget(self.middle, 1)
        centre.addWidget(self.walk)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(centre, 1)
        row.addWidget(panel)

    def recolour(self) -> None:
        """The theme's colours."""
        theme = self.desk.theme
        ink = theme.tokens.text
        self.panel.recolour(theme)
        self.walk.recolour(theme)
        self.view.set_colours(theme.colour("accent"))
        self.empty.set_colours(theme.colour("quiet"), theme.colour("accent"), theme.tokens.quiet)
        self.mix.set_ink(ink)
        self.points.set_ink(ink)

    def has_generator(self, some: bool) -> None:
        """Whether one is installed; without one the tab invites to get one."""
        for part in (self.walk, self.pad, self.panel.pages, self.panel.buttons):
            part.setVisible(some)
        self.panel.picker.setVisible(some)
        if not some:
            self.middle.setCurrentWidget(self.empty)
        elif self.middle.currentWidget() is self.empty:
            self.middle.setCurrentWidget(self.view)
