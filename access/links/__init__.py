"""Links between records as readers see and judge them."""
