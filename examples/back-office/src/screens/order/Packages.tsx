import { Badge } from "../../parts/Badge";
import { moment } from "../../words";

type Package = {
  id: string;
  carrier: string;
  trackingNumber: string;
  shippedAt: string;
  uploadedAt: string | null;
  warnings: string[];
  warehouse: { name: string };
  correction: { trackingNumber: string; refusal: string | null } | null;
  lines: { quantity: number; orderItem: { id: string; title: string } }[];
};

export function Packages({ packages }: { packages: Package[] }) {
  if (packages.length === 0) return <p className="quiet">Nothing is packed yet.</p>;
  return (
    <ul className="list">
      {packages.map((each) => (
        <li key={each.id}>
          <div className="row">
            <strong>{each.carrier} {each.trackingNumber}</strong>
            <Badge value={each.uploadedAt ? "TOLD" : "WAITING"} />
          </div>
          <div className="quiet">
            {moment(each.shippedAt)} from {each.warehouse.name}:{" "}
            {each.lines.map((line) => `${line.quantity} × ${line.orderItem.title}`).join(", ")}
          </div>
          {each.correction && (
            <p className="warn">
              To become {each.correction.trackingNumber}. {each.correction.refusal}
            </p>
          )}
          {each.warnings.map((warning) => <p className="warn" key={warning}>Temu says: {warning}</p>)}
        </li>
      ))}
    </ul>
  );
}
