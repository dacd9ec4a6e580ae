"""The shape doctor: which layer does not fit, why, and what would mend it."""

from cnnviz.builder.doctor.diagnosis import Diagnosis, Mend, diagnose

__all__ = ["Diagnosis", "Mend", "diagnose"]
