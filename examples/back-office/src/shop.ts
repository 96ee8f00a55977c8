import { createContext, useContext } from "react";

export type Company = { id: string; name: string };

/** The companies that the key may see, and the one whose business is on the screen. */
export type Shop = { companies: Company[]; company: Company; choose: (id: string) => void };

export const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("There is no company around this screen.");
  return shop;
}
