"""Which rights of an account that only a target has may be about the databases that moved."""

from __future__ import annotations

import pytest

from orchestrator.adapters.movers.mariadb.verify import reaches


@pytest.mark.parametrize(
    ("grant", "reached"),
    [
        ("GRANT USAGE ON *.* TO `role`@`%` IDENTIFIED BY PASSWORD '*00'", False),
        ("GRANT SELECT ON *.* TO `role`@`%`", True),
        ("GRANT ALL PRIVILEGES ON `app_sh_005`.* TO `role`@`%`", False),
        ("GRANT ALL PRIVILEGES ON `budget`.* TO `role`@`%`", True),
        ("GRANT SELECT ON `Budget`.`items` TO `role`@`%`", True),
        ("GRANT SELECT ON `budge_`.* TO `role`@`%`", True),
        ("GRANT SELECT ON `bud%`.* TO `role`@`%`", True),
        (r"GRANT SELECT ON `my\_data`.* TO `role`@`%`", True),
        (r"GRANT SELECT ON `bud\%`.* TO `role`@`%`", False),
        ("GRANT SELECT ON `bud``get`.* TO `role`@`%`", False),
        ("GRANT `writer` TO `role`@`%`", True),
        ("GRANT EXECUTE ON PROCEDURE `budget`.`close` TO `role`@`%`", True),
        ("GRANT EXECUTE ON PROCEDURE `other`.`close` TO `role`@`%`", False),
    ],
)
def test_a_right_may_be_about_what_moved(grant: str, reached: bool) -> None:
    assert reaches(grant, ("budget", "my_data")) is reached
