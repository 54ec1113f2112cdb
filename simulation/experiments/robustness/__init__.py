"""Which policy does well whatever the uncertain factors turn out to be, by which idea of well, and how sure that is."""
