"""Results on disk: a folder with Parquet parts and a manifest; everything shown to people is read from here."""
