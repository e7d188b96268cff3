"""The graph as files: GraphML and GEXF for Gephi, node and edge CSV for i2 Analyst's Notebook and Gephi."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import duckdb

from graph.edge_sources import REVERSED_KINDS
from graph.network import Network
from graph.values import NetworkEdge, NetworkNode
from records.errors import BadInput
from records.scope import Scope
from records.snapshot import cursor_on

_NODE_FIELDS = ("kind", "name", "degree")
_EDGE_FIELDS = tuple(
    field.name for field in fields(NetworkEdge) if field.name not in ("source_id", "target_id")
)
_NUMBERS = {"degree": "int", "strength": "double"}
_ROWS_AT_ONCE = 20_000
GRAPH_ENDINGS: Final = (".csv", ".gexf", ".graphml")
# A spreadsheet runs a cell that begins so; a number, a phone's included, is none.
_RUNS = re.compile(r"^[\s]*[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?[\d .()]+$")
# XML 1.0 knows no other control characters; an agency's text may hold them.
_NOT_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class _Source:
    """Nodes and edges that can each be walked once, however many there are."""

    nodes: Iterable[NetworkNode]
    edges: Iterable[NetworkEdge]


def write_graph(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    path: Path,
    told: Callable[[NetworkNode], NetworkNode] = lambda node: node,
) -> list[Path]:
    """Write the whole graph of a standing scope, each tie once; the ending of ``path`` says how.

    ``.graphml``, ``.gexf``, or ``.csv``: two files, ``<name>.nodes.csv`` and ``<name>.edges.csv``. ``told`` gives each
    node as whoever takes the file may know it. Returns what was written. Raises BadInput for any other ending.
    """
    reversed_kinds = ", ".join(f"'{kind}'" for kind in sorted(REVERSED_KINDS))
    nodes = cursor_on(connection).execute(
        "SELECT node_id, kind, name, degree FROM node WHERE scope = $1 ORDER BY node_id", [scope.name]
    )
    edges = cursor_on(connection).execute(
        f"""SELECT e.source_id, e.target_id, e.kind, e.role, e.valid_from, e.valid_to, e.known_on, e.agencies,
                   e.strength, e.record_ids, e.event_ids, e.precision
            FROM edge e JOIN node s ON s.node_id = e.source_id AND s.scope = e.scope
            JOIN node t ON t.node_id = e.target_id AND t.scope = e.scope
            WHERE e.scope = $1 AND s.kind = 'person'
              AND (t.kind <> 'person' OR e.kind IN ('parent', 'carer', 'next_of_kin', 'school_contact')
                   OR (e.kind NOT IN ({reversed_kinds}) AND e.source_id < e.target_id))
            ORDER BY e.source_id, e.target_id, e.kind, e.role""",
        [scope.name],
    )
    return _write(
        _Source(
            (told(NetworkNode(*row)) for row in _rows(nodes)),
            (_edge(row) for row in _rows(edges)),
        ),
        path,
    )


def write_network(network: Network, path: Path) -> list[Path]:
    """Write a piece of the graph, as ``write_graph`` does the whole."""
    return _write(_Source(network.nodes, network.edges), path)


def _edge(row: tuple[Any, ...]) -> NetworkEdge:
    source, target, kind, role, starts, ends, known_on, agencies, strength, *evidence = row
    record_ids, event_ids, precision = evidence
    ids = tuple(record_ids), tuple(event_ids)
    return NetworkEdge(
        source, target, kind, role, starts, ends, known_on, tuple(agencies), strength, *ids, precision
    )


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        yield from rows


def _write(source: _Source, path: Path) -> list[Path]:
    writers: dict[str, Callable[[_Source, Path], list[Path]]] = {
        ".graphml": _write_graphml,
        ".gexf": _write_gexf,
        ".csv": _write_csv,
    }
    if path.suffix.lower() not in writers:
        raise BadInput(
            f"{path}: a graph is written as {', '.join(GRAPH_ENDINGS)}; choose one of these endings."
        )
    # Written apart and moved when whole: a file that ends half-way could pass for the whole graph.
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".graph-") as apart:
        written = writers[path.suffix.lower()](source, Path(apart) / path.name)
        return [one.replace(path.with_name(one.name)) for one in written]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(str(item) for item in value)
    return str(value)


def _write_csv(source: _Source, path: Path) -> list[Path]:
    paths = [path.with_suffix(f".{part}.csv") for part in ("nodes", "edges")]
    with ExitStack() as files:
        nodes, edges = (
            csv.writer(files.enter_context(one.open("w", encoding="utf-8", newline=""))) for one in paths
        )
        # Gephi knows id, label, source, target, type and weight by these names; i2 maps any column.
        nodes.writerow(["id", "label", *_NODE_FIELDS])
        nodes.writerows(
            [_cell(one) for one in (node.node_id, node.name or node.node_id, *_fields(node, _NODE_FIELDS))]
            for node in source.nodes
        )
        edges.writerow(["source", "target", "type", "id", "label", "weight", *_EDGE_FIELDS])
        edges.writerows(
            [
                _cell(one)
                for one in (
                    edge.source_id,
                    edge.target_id,
                    "Directed",
                    number,
                    edge.role or edge.kind,
                    edge.strength,
                    *_fields(edge, _EDGE_FIELDS),
                )
            ]
            for number, edge in enumerate(source.edges)
        )
    return paths


def _fields(value: NetworkNode | NetworkEdge, names: tuple[str, ...]) -> Iterator[object]:
    return (getattr(value, name) for name in names)


def _cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula: one that it would run gets a quote in front."""
    text = _text(value)
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.match(text) else text


def _safe(text: str) -> str:
    return escape(text.translate(_NOT_XML))


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_NOT_XML))


def _write_graphml(source: _Source, path: Path) -> list[Path]:
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        )
        for part, names in (("node", _NODE_FIELDS), ("edge", _EDGE_FIELDS)):
            for name in names:
                kind = _NUMBERS.get(name, "string")
                file.write(f'<key id="{part}_{name}" for="{part}" attr.name="{name}" attr.type="{kind}"/>\n')
        file.write('<graph edgedefault="directed">\n')
        for node in source.nodes:
            file.write(f"<node id={_quoted(node.node_id)}>{_data('node', node, _NODE_FIELDS)}</node>\n")
        for number, edge in enumerate(source.edges):
            ends = f'id="{number}" source={_quoted(edge.source_id)} target={_quoted(edge.target_id)}'
            file.write(f"<edge {ends}>{_data('edge', edge, _EDGE_FIELDS)}</edge>\n")
        file.write("</graph>\n</graphml>\n")
    return [path]


def _data(part: str, value: NetworkNode | NetworkEdge, names: tuple[str, ...]) -> str:
    stated = ((name, _text(getattr(value, name))) for name in names)
    return "".join(f'<data key="{part}_{name}">{_safe(text)}</data>' for name, text in stated if text)


def _write_gexf(source: _Source, path: Path) -> list[Path]:
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
        )
        file.write('<graph defaultedgetype="directed" mode="dynamic" timeformat="date">\n')
        for part, names in (("node", _NODE_FIELDS), ("edge", _EDGE_FIELDS)):
            file.write(f'<attributes class="{part}">\n')
            for name in names:
                kind = {"int": "integer"}.get(_NUMBERS.get(name, "string"), _NUMBERS.get(name, "string"))
                file.write(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n')
            file.write("</attributes>\n")
        file.write("<nodes>\n")
        for node in source.nodes:
            label = _quoted(node.name or node.node_id)
            file.write(
                f"<node id={_quoted(node.node_id)} label={label}>{_values(node, _NODE_FIELDS)}</node>\n"
            )
        file.write("</nodes>\n<edges>\n")
        for number, edge in enumerate(source.edges):
            ends = f"source={_quoted(edge.source_id)} target={_quoted(edge.target_id)}"
            spell = "".join(
                f' {word}="{day.isoformat()}"'
                for word, day in (("start", edge.valid_from), ("end", edge.valid_to))
                if day is not None
            )
            label = _quoted(edge.role or edge.kind)
            weight = f'weight="{edge.strength}"'
            file.write(
                f'<edge id="{number}" {ends} label={label} {weight}{spell}>{_values(edge, _EDGE_FIELDS)}</edge>\n'
            )
        file.write("</edges>\n</graph>\n</gexf>\n")
    return [path]


def _values(value: NetworkNode | NetworkEdge, names: tuple[str, ...]) -> str:
    stated = ((name, _text(getattr(value, name))) for name in names)
    inner = "".join(f'<attvalue for="{name}" value={_quoted(text)}/>' for name, text in stated if text)
    return f"<attvalues>{inner}</attvalues>"
