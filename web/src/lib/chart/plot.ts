import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { loneValues, type PlotColumns } from './chart-data.ts';

export interface PlotOptions {
  readonly columns: PlotColumns;
  readonly formatValue: (value: number) => string;
  /** Counts begin at zero; other values may cut the axis. */
  readonly fromZero: boolean;
  /** The plot was drawn or resized: marks can be placed. */
  readonly ondraw: (place: (time: number, value: number) => { left: number; top: number }) => void;
  /** The point under the pointer, by its position in the columns; null when the pointer left. */
  readonly onpoint: (index: number | null) => void;
  /** A stretch of the time axis was drawn with the pointer, in seconds since the Unix epoch. */
  readonly onselect: (from: number, to: number) => void;
}

export interface Plot {
  readonly update: (columns: PlotColumns) => void;
  readonly redraw: () => void;
  readonly destroy: () => void;
}

const height = 260;

/** Draws a line over time into an element and keeps to its width. Colours are read from the tokens at each draw. */
export function drawPlot(element: HTMLElement, options: PlotOptions): Plot {
  const color = (token: string) => getComputedStyle(element.querySelector(`[data-token='${token}']`) ?? element).color;
  const axis = {
    stroke: () => color('text'),
    font: "11px 'Inter Variable', sans-serif",
    grid: { stroke: () => color('grid'), width: 1 },
    ticks: { show: false },
  };
  const chart = new uPlot(
    {
      width: Math.max(200, element.clientWidth),
      height,
      padding: [12, 12, 0, 0],
      legend: { show: false },
      cursor: { points: { size: 9 }, drag: { x: true, y: false, setScale: false }, y: false },
      scales: {
        // Of a single point the library makes years.
        x: { time: true, range: (plot, from, to) => timeRange(from, plot.data[0].length === 1 ? from : to) },
        y: { range: (_plot, low, high) => valueRange(low, high, options.fromZero) },
      },
      axes: [
        {
          ...axis,
          size: 30,
          grid: { show: false },
          // Nothing is counted more finely than by second.
          incrs: timeSteps_s,
          space: 90,
          values: (_plot, splits, _axis, _space, step_s) => splits.map((split) => timeLabel(split, step_s)),
        },
        { ...axis, size: 58, space: 44, values: (_plot, splits) => splits.map((split) => options.formatValue(split)) },
      ],
      series: [
        {},
        {
          stroke: () => color('line'),
          fill: () => color('fill'),
          width: 2,
          spanGaps: false,
          points: { show: true, size: 5, filter: () => loneValues(current.values) },
        },
      ],
      hooks: {
        draw: [
          (plot) =>
            options.ondraw((time, value) => ({
              left: plot.valToPos(time, 'x') + plot.over.offsetLeft,
              top: plot.valToPos(value, 'y') + plot.over.offsetTop,
            })),
        ],
        setCursor: [(plot) => options.onpoint((plot.cursor.left ?? -1) < 0 ? null : (plot.cursor.idx ?? null))],
        setSelect: [
          (plot) => {
            if (plot.select.width < 4) return;
            options.onselect(
              plot.posToVal(plot.select.left, 'x'),
              plot.posToVal(plot.select.left + plot.select.width, 'x'),
            );
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    },
    [options.columns.times, options.columns.values],
    element,
  );
  let current = options.columns;
  const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(200, element.clientWidth), height }));
  observer.observe(element);
  return {
    update: (columns) => {
      current = columns;
      chart.setData([columns.times, columns.values]);
    },
    redraw: () => chart.redraw(false),
    destroy: () => {
      observer.disconnect();
      chart.destroy();
    },
  };
}

const timeSteps_s = [
  ...[1, 5, 10, 15, 30],
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * 3_600),
  ...[1, 2, 3, 4, 5, 7, 10, 15, 30, 60, 90, 180, 365, 730, 1_825, 3_650].map((days) => days * 86_400),
];

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function timeLabel(time: number, step_s: number): string {
  const at = new Date(time * 1000);
  if (step_s >= 86_400 || (at.getHours() === 0 && at.getMinutes() === 0)) return day.format(at);
  return step_s >= 60 ? hour.format(at) : second.format(at);
}

/** A mark on the first or last point stays clear of the edges, and a single point has an hour around it. */
function timeRange(from: number, to: number): [number, number] {
  const room = from === to ? 1_800 : (to - from) * 0.015;
  return [from - room, to + room];
}

function valueRange(low: number | null, high: number | null, fromZero: boolean): [number, number] {
  if (low === null || high === null) return [0, 1];
  const bottom = fromZero ? Math.min(0, low) : low;
  const room = (high - bottom || Math.abs(high) || 1) * 0.08;
  return [fromZero ? bottom : bottom - room, high + room];
}
