from mashlink.stages import StageClock


def test_each_stage_is_told_timed_and_measured() -> None:
    told: list[tuple[str, bool]] = []
    clock = StageClock(lambda stage, seconds: told.append((stage, seconds is None)))
    with clock("big"):
        ballast = bytearray(64_000_000)
        ballast[::4096] = b"x" * len(ballast[::4096])
    held = len(ballast)
    del ballast
    with clock("small"):
        pass
    assert told == [("big", True), ("big", False), ("small", True), ("small", False)]
    big, small = clock.stages
    assert held == 64_000_000
    assert big.peak_mb > 64
    assert small.peak_mb <= big.peak_mb == clock.peak_mb
    assert clock.seconds_total >= big.seconds >= 0
