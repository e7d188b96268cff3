"""All detectors, in the order of the vocabulary. A new one is a new file and a line here."""

from typing import Final

from detectors.bridging_adult import BridgingAdult
from detectors.cross_boundary_family import CrossBoundaryFamily
from detectors.cumulative_concern import CumulativeConcern
from detectors.drafting import Detector
from detectors.escalating_harm import EscalatingHarm
from detectors.exploitation_network import ExploitationNetwork
from detectors.gang_network import GangNetwork
from detectors.missing_from_view import MissingFromView
from detectors.repeat_marac import RepeatMarac
from detectors.repeat_notifications import RepeatNotifications
from detectors.serial_perpetrator import SerialPerpetrator

DETECTORS: Final[tuple[Detector, ...]] = (
    RepeatNotifications(),
    EscalatingHarm(),
    RepeatMarac(),
    SerialPerpetrator(),
    ExploitationNetwork(),
    GangNetwork(),
    CrossBoundaryFamily(),
    MissingFromView(),
    CumulativeConcern(),
    BridgingAdult(),
)
