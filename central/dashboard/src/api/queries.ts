/** What the pages read, and how often: every 2.5 s while somebody looks. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { read } from "./client";
import type { Agreement, Fleet, SaleDetail, SalesFilter, SalesPage, Summary } from "./types";

const LIVE_MS = 2_500;
const PAGE = 50;

export function useFleet() {
  return useQuery({
    queryKey: ["fleet"],
    queryFn: () => read<Fleet>("/v1/fleet"),
    refetchInterval: LIVE_MS,
  });
}

export function useAgreement(totem: string) {
  return useQuery({
    queryKey: ["agreement", totem],
    queryFn: () => read<Agreement>("/v1/agreement", { totem }),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
}

export function useSummary() {
  return useQuery({
    queryKey: ["summary"],
    queryFn: () => read<Summary>("/v1/summary"),
    refetchInterval: LIVE_MS,
  });
}

/** Live while one page is shown; further pages hold still, so that nothing moves under the eyes. */
export function useSales(filter: SalesFilter) {
  return useInfiniteQuery({
    queryKey: ["sales", filter],
    queryFn: ({ pageParam }) =>
      read<SalesPage>("/v1/sales", { ...filter, cursor: pageParam, limit: PAGE }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next || null,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
}

export function useSale(sale: string) {
  return useQuery({
    queryKey: ["sale", sale],
    queryFn: () => read<SaleDetail>(`/v1/sales/${encodeURIComponent(sale)}`),
    refetchInterval: LIVE_MS,
  });
}
