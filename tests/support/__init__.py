"""What several tests share: servers, corpora, programs, people, lints."""

from __future__ import annotations
