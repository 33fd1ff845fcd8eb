"""Acts of people. Each: check → change and log entries in one transaction → ring after the commit."""
