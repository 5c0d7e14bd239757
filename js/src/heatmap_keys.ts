/** Keys that walk the cells of a heat map. */

/** Tasks and metrics by their place on screen. */
export interface Grid {
  rows: readonly number[];
  columns: readonly number[];
}

const PAGE = 10;
type Place = [task: number, metric: number];

/** Task and metric of the cell that an element is in. */
export function cellAt(target: Element, { rows, columns }: Grid): Place | undefined {
  const cell = target.closest("td");
  const line = cell?.closest("tr");
  if (!cell || !line?.parentElement) return undefined;
  const row = [...line.parentElement.children].indexOf(line);
  const column = [...line.children].indexOf(cell) - 1;
  return [rows[row]!, columns[column]!];
}

function moved(key: string, row: number, column: number, { rows }: Grid): number[] {
  const last = rows.length - 1;
  switch (key) {
    case "ArrowUp":
      return [row - 1, column];
    case "ArrowDown":
      return [row + 1, column];
    case "ArrowLeft":
      return [row, column - 1];
    case "ArrowRight":
      return [row, column + 1];
    case "PageUp":
      return [Math.max(row - PAGE, 0), column];
    case "PageDown":
      return [Math.min(row + PAGE, last), column];
    case "Home":
      return [0, column];
    case "End":
      return [last, column];
    case "Enter":
    case " ":
      return [row, column];
    default:
      return [];
  }
}

/** Where a key leads from a cell; undefined where it leads nowhere. */
export function nextCell(key: string, from: Place, grid: Grid): Place | undefined {
  const row = Math.max(grid.rows.indexOf(from[0]), 0);
  const column = Math.max(grid.columns.indexOf(from[1]), 0);
  const [toRow, toColumn] = moved(key, row, column, grid);
  const [task, metric] = [grid.rows[toRow ?? -1], grid.columns[toColumn ?? -1]];
  return task === undefined || metric === undefined ? undefined : [task, metric];
}

export function installKeys(
  box: HTMLElement,
  choose: (task: number, metric: number) => void,
  grid: () => Grid,
  current: () => Place,
): () => void {
  // Notebook 7 takes arrow keys away from elements without this mark.
  box.dataset.lmSuppressShortcuts = "true";
  const press = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || !target.closest("tbody td")) return;
    const from = cellAt(target, grid()) ?? current();
    const next = nextCell(event.key, from, grid());
    const known = moved(event.key, 0, 0, grid()).length > 0;
    if (known) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (next) choose(...next);
  };
  box.addEventListener("keydown", press);
  return () => box.removeEventListener("keydown", press);
}
