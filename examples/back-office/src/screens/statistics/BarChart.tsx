const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 40;
const BOTTOM = 24;

const DAY = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

type Bar = { at: string; value: number; note: string };

/** A bar a day. Each says its figures when pointed at, and a table says them all to those who don't see the picture. */
export function BarChart({ title, bars }: { title: string; bars: Bar[] }) {
  const top = roundUp(Math.max(1, ...bars.map((bar) => bar.value)));
  const step = (WIDTH - LEFT) / bars.length;
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / top) + 4;
  const every = Math.ceil(bars.length / 7);
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 4}`} role="img" aria-label={`${title}; the figures are in the table below`}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end">{value}</text>
          </g>
        ))}
        {bars.map(({ at, value, note }, index) => (
          <g key={at}>
            <rect x={LEFT + index * step + step * 0.15} width={step * 0.7} y={y(value)} height={y(0) - y(value)} rx={2}>
              <title>{`${DAY.format(new Date(at))}: ${value}, ${note}`}</title>
            </rect>
            {index % every === 0 && (
              <text x={LEFT + (index + 0.5) * step} y={HEIGHT} textAnchor="middle">{DAY.format(new Date(at))}</text>
            )}
          </g>
        ))}
      </svg>
      <details>
        <summary>As a table</summary>
        <table className="sum">
          <caption className="unseen">{title}</caption>
          <tbody>
            {bars.map(({ at, value, note }) => (
              <tr key={at}>
                <th scope="row">{DAY.format(new Date(at))}</th>
                <td className="number">{value.toLocaleString()}</td>
                <td className="number">{note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** The next even number of one digit and zeros, so that the line in the middle has a whole number too. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.max(2, Math.ceil(value / (2 * unit)) * 2 * unit);
}
