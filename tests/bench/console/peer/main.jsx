// The page that people build: React, TanStack Table and TanStack Virtual as their documentation has them, with rows that
// are memoised, keys that are stable, one lower-case field to search, and typing that a render does not hold up.
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  columnFacetingFeature,
  columnFilteringFeature,
  createColumnHelper,
  createFacetedRowModel,
  createFacetedUniqueValues,
  createFilteredRowModel,
  createSortedRowModel,
  globalFilteringFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import './grid.css';

const STATES = ['inquiring', 'scheduled', 'executing', 'completed', 'failed', 'canceled'];
const format = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  rowSortingFeature,
  rowSelectionFeature,
  columnFacetingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  facetedRowModel: createFacetedRowModel(),
  facetedUniqueValues: createFacetedUniqueValues(),
  filterFns: {},
});
const column = createColumnHelper();
const sortFn = sortFn_basic;
const columns = column.columns([
  column.accessor('type', { header: 'Event', sortFn }),
  column.accessor('resource_id', { header: 'Resource', sortFn }),
  column.accessor('account', { header: 'Account', sortFn }),
  column.accessor('state', { header: 'State', sortFn, filterFn: (row, _, states) => states.has(row.original.state) }),
  column.accessor('begin', { header: 'Window', sortFn, sortDescFirst: false }),
  column.accessor('due', { header: 'Decide by', sortFn, sortDescFirst: false, sortUndefined: 'last' }),
  column.accessor('description', { header: 'Description', sortFn }),
]);
const holds = (row, _, text) => row.original.search.includes(text);
const isSearched = (column) => column.id === 'type';

const Row = memo(function Row({ row, index, start, selected }) {
  const event = row.original;
  return (
    <div role="row" className="row" aria-rowindex={index + 2} aria-selected={selected} style={{ transform: `translateY(${start}px)` }}>
      <div role="gridcell">
        <input type="checkbox" aria-label={`Select ${event.id}`} checked={selected} onChange={row.getToggleSelectedHandler()} />
      </div>
      <div role="gridcell">{event.type}</div>
      <div role="gridcell" className="mono">{event.resource_id}</div>
      <div role="gridcell">{event.account}</div>
      <div role="gridcell"><span className="badge" data-state={event.state}>{event.state}</span></div>
      <div role="gridcell">{format.format(event.begin)} – {format.format(event.end)}</div>
      <div role="gridcell">{event.due ? format.format(event.due) : '—'}</div>
      <div role="gridcell">{event.description}</div>
    </div>
  );
});

function Body({ rows, selection }) {
  const scroller = useRef(null);
  const getItemKey = useCallback((index) => rows[index].id, [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: useCallback(() => scroller.current, []),
    estimateSize: useCallback(() => 40, []),
    overscan: 8,
    getItemKey,
    useFlushSync: false,
  });
  return (
    <div className="scroll" ref={scroller} tabIndex={0}>
      <div role="rowgroup" className="spacer" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          return <Row key={item.key} row={row} index={item.index} start={item.start} selected={Boolean(selection[row.id])} />;
        })}
      </div>
    </div>
  );
}

function Head({ head }) {
  const sorted = head.column.getIsSorted();
  const aria = sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : 'none';
  return (
    <div role="columnheader" tabIndex={0} aria-sort={aria} onClick={head.column.getToggleSortingHandler()}>
      {head.column.columnDef.header}
      {sorted && (sorted === 'asc' ? ' ↑' : ' ↓')}
    </div>
  );
}

function App({ data }) {
  const [text, setText] = useState('');
  const globalFilter = useDeferredValue(text).trim().toLowerCase();
  const [columnFilters, setColumnFilters] = useState([]);
  const [sorting, setSorting] = useState([]);
  const [rowSelection, setRowSelection] = useState({});
  const table = useTable({
    features,
    columns,
    data,
    getRowId: (row) => row.key,
    enableMultiSort: true,
    enableSortingRemoval: false,
    enableSubRowSelection: false,
    globalFilterFn: holds,
    getColumnCanGlobalFilter: isSearched,
    state: { columnFilters, globalFilter, sorting, rowSelection },
    onColumnFiltersChange: setColumnFilters,
    onSortingChange: setSorting,
    onRowSelectionChange: setRowSelection,
  });
  const rows = table.getRowModel().rows;
  const counts = table.getColumn('state').getFacetedUniqueValues();
  const states = columnFilters[0]?.value;
  const toggle = (state) => {
    const next = new Set(states);
    if (!next.delete(state)) next.add(state);
    setColumnFilters(next.size ? [{ id: 'state', value: next }] : []);
  };
  const selected = useMemo(() => Object.keys(rowSelection).length, [rowSelection]);
  return (
    <>
      <div className="bar">
        <input type="search" role="searchbox" aria-label="Search events" value={text} onChange={(event) => setText(event.target.value)} />
        {STATES.map((state) => (
          <button key={state} className="chip" aria-pressed={Boolean(states?.has(state))} onClick={() => toggle(state)}>
            {state} {counts.get(state) ?? 0}
          </button>
        ))}
        <output role="status">{rows.length} of {data.length} · {selected} selected</output>
      </div>
      <div className="grid" role="grid" aria-label="Events" aria-rowcount={rows.length + 1} aria-multiselectable="true">
        <div className="row head" role="row" aria-rowindex={1}>
          <div role="gridcell">
            <input
              type="checkbox"
              aria-label="Select all that match"
              checked={table.getIsAllRowsSelected()}
              onChange={table.getToggleAllRowsSelectedHandler()}
            />
          </div>
          {table.getFlatHeaders().map((head) => <Head key={head.id} head={head} />)}
        </div>
        <Body rows={rows} selection={rowSelection} />
      </div>
    </>
  );
}

async function load() {
  const events = await (await fetch('/events.json')).json();
  for (const event of events) {
    event.key = `${event.account}/${event.id}/${event.resource_id}`;
    event.begin = Date.parse(event.not_before);
    event.end = Date.parse(event.not_after);
    event.due = event.deadline ? Date.parse(event.deadline) : undefined;
    event.search = `${event.type}\n${event.resource_id}\n${event.account}\n${event.description}`.toLowerCase();
  }
  return events;
}

function Root() {
  const [data, setData] = useState(null);
  useEffect(() => void load().then(setData), []);
  return data ? <App data={data} /> : <p role="status">Loading…</p>;
}

createRoot(document.getElementById('root')).render(<Root />);
