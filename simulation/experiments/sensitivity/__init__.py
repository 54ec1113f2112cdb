"""Which factors of a sweep move an outcome, beside how much is luck."""
