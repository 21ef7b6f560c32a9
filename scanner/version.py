"""The version of this library; the project file reads it from here."""

VERSION = "0.1.0"
