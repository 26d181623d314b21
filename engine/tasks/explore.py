"""Which task does what of the latent space; one room for all of them."""

from engine.job import Job
from engine.latent import tags
from engine.specs import (
    Directions,
    DragPoints,
    DrawPlaces,
    Faces,
    ForgetDirection,
    KeepDirection,
    LatentTask,
    OpenGenerator,
    OwnDirection,
    Project,
    ReadPlace,
    Walk,
)
from engine.tasks import directions, drag, faces, project, room, walk
from engine.tasks.room import Room


class Explorer:
    """Runs latent tasks; generators and directions stay warm between them."""

    def __init__(self) -> None:
        self._room = Room()

    def run(self, spec: LatentTask | ReadPlace) -> Job:
        """The job of any of these specs; see each for what it yields and returns."""
        match spec:
            case DrawPlaces():
                return room.draw(spec, self._room)
            case OpenGenerator():
                return room.opened(spec, self._room)
            case Faces():
                return faces.run(spec, self._room)
            case Walk():
                return walk.run(spec, self._room)
            case DragPoints():
                return drag.run(spec, self._room)
            case Project():
                return project.run(spec, self._room)
            case ReadPlace():
                return read(spec)
            case _:
                return self._directions(spec)

    def _directions(self, spec: LatentTask) -> Job:
        match spec:
            case Directions():
                return directions.listed(spec, self._room)
            case OwnDirection():
                return directions.own(spec, self._room)
            case KeepDirection():
                return directions.renamed(spec, self._room)
            case ForgetDirection():
                return directions.forgotten(spec, self._room)
            case _:
                raise TypeError(f"{type(spec).__name__} is no latent task")


def read(spec: ReadPlace) -> Job:
    """The place a picture carries. Returns a `FoundPlace`."""
    yield from ()
    return tags.read(spec.picture)
