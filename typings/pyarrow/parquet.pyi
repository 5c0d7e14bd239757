from os import PathLike
from typing import IO

from pyarrow import Table

def read_table(file: IO[bytes]) -> Table: ...
def write_table(
    table: Table,
    file: IO[bytes] | PathLike[str],
    *,
    compression: str = ...,
    compression_level: int = ...,
) -> None: ...
