/**
 * The agent's shapes, name for name: edge_agent/api/schemas.py is the source. Amounts are minor
 * units.
 */

export type Locale = "pt" | "en" | "es";
export type Step =
  | "attract"
  | "priority"
  | "services"
  | "options"
  | "review"
  | "identify"
  | "method"
  | "instalments"
  | "payment"
  | "ticket"
  | "recovered"
  | "closed"
  | "out_of_order";
export type Method = "debit" | "credit" | "voucher" | "pix" | "counter" | "free";
export type TicketKind = "paid" | "free" | "to_pay";
export type PaymentStep =
  | "starting"
  | "insert_card"
  | "reading"
  | "enter_pin"
  | "authorising"
  | "scan"
  | "late"
  | "approved"
  | "declined"
  | "cancelled"
  | "checking";
export type PrintState = "printing" | "late" | "printed" | "likely" | "failed" | "unknown" | "shown";

/** One text of the catalogue in the three languages of the screens. */
export type Words = Readonly<Record<Locale, string>>;

export interface Brand {
  readonly name: string;
  readonly primary: string;
  readonly tagline: Words;
  readonly accent: string;
  readonly logo: string;
  readonly welcome: { readonly title: Words; readonly sub: Words } | null;
  readonly slides: readonly Slide[];
}

/** One image of the first screen; `picture` is its address on the agent. */
export interface Slide {
  readonly picture: string;
  readonly caption: Words;
}

export interface Category {
  readonly id: string;
  readonly name: Words;
  readonly position: number;
}

export interface OptionView {
  readonly id: string;
  readonly name: Words;
  readonly from_minor: number;
}

export interface OptionGroupView {
  readonly id: string;
  readonly name: Words;
  readonly picks_min: number;
  readonly picks_max: number;
  readonly choices: readonly OptionView[];
}

export interface ServiceView {
  readonly id: string;
  readonly category: string;
  readonly name: Words;
  readonly description: Words;
  readonly icon: string;
  readonly minutes: number;
  readonly from_minor: number;
  readonly prices: Readonly<Record<string, number>>;
  readonly picture: string;
  readonly off: string;
  readonly options: readonly OptionGroupView[];
  readonly estimate_minutes: number;
}

export interface CatalogueView {
  readonly version: number;
  readonly currency: string;
  readonly categories: readonly Category[];
  readonly services: readonly ServiceView[];
}

export interface CartChoice {
  readonly service: string;
  readonly quantity: number;
  readonly options?: readonly string[];
}

export interface CartLine {
  readonly service: string;
  readonly name: Words;
  readonly quantity: number;
  readonly unit_minor: number;
  readonly total_minor: number;
  readonly options: readonly OptionView[];
  readonly off: string;
}

/** The service whose options are being picked; `missing` are the questions still to answer. */
export interface ChoosingView {
  readonly service: ServiceView;
  readonly quantity: number;
  readonly options: readonly string[];
  readonly missing: readonly string[];
  readonly total_minor: number;
  readonly is_from: boolean;
}

export interface MethodView {
  readonly method: Method;
  readonly total_minor: number;
  readonly available: boolean;
  readonly reason: string;
  readonly instalments_max: number;
}

export type PixStage =
  | "making"
  | "waiting"
  | "checking"
  | "paid"
  | "expired"
  | "cancelled"
  | "refused"
  | "lost"
  | "late"
  | "refunded";

/** A PIX on the screen; `br_code` is the text of its QR while it may be paid. */
export interface PixView {
  readonly state: PixStage;
  readonly br_code: string;
  readonly expires_in_s: number;
  readonly whole_s: number;
  readonly code: string;
  /** How long a late one waits before it goes back by itself. */
  readonly returns_in_s: number;
}

export interface PaymentView {
  readonly method: Method;
  readonly amount_minor: number;
  readonly step: PaymentStep;
  readonly message: string;
  readonly reason: string;
  readonly cancellable: boolean;
  readonly instalments: number;
  readonly pix: PixView | null;
}

export interface TicketView {
  readonly number: string;
  readonly kind: TicketKind;
  readonly services: readonly Words[];
  readonly total_minor: number;
  readonly qr: string;
  readonly print: PrintState;
  readonly cause: string;
  readonly estimate_minutes: number;
}

export interface CaseView {
  readonly code: string;
  readonly kind: string;
  readonly at: string;
}

/** What a power cut left of one customer's sale; never who they are. */
export interface RecoveredView {
  readonly number: string;
  readonly kind: TicketKind | "";
  readonly services: readonly Words[];
  readonly total_minor: number;
  readonly case: string;
  readonly state: "to_print" | "printing" | "printed" | "checking" | "late" | "not_charged" | "refunding";
  readonly at: string;
  readonly cause: string;
  readonly returns_in_s: number;
}

/** The page that is open beside the step. */
export type Aside =
  | ""
  | "receipt"
  | "receipt_qr"
  | "receipt_email"
  | "receipt_phone"
  | "rights"
  | "pix_claim";

export type ReceiptChannel = "email" | "phone";

export interface ReceiptView {
  readonly offers: readonly ("paper" | "qr" | ReceiptChannel)[];
  readonly paper: "" | "printing" | "printed" | "likely" | "failed" | "unknown";
  readonly asked: readonly ReceiptChannel[];
}

/** Who sells, and what a customer has a right to. */
export interface EntityView {
  readonly name: string;
  readonly cnpj: string;
  readonly address: string;
  readonly phone: string;
  readonly refund: Words | null;
}

export interface HelpView {
  readonly is_told: boolean;
  readonly phone: string;
  readonly tel: string;
  /** How long it stays when nobody touches. */
  readonly shown_s: number;
}

/** Who is served first by law; empty is in turn. */
export type Priority = "" | "80" | "priority" | "donor";
export type Question = "name" | "cpf" | "phone";

/** What the site asks of a customer; `question` is the next one that is open. */
export interface Asks {
  readonly priority: "off" | "offer" | "ask";
  readonly identify: readonly Question[];
  readonly question: Question | "";
}

/** What this customer needs to use the screen. */
export interface AccessView {
  readonly low: boolean;
  readonly contrast: boolean;
  readonly large: boolean;
  readonly slow: boolean;
  readonly speech: boolean;
  readonly headphones: boolean;
  readonly blank: boolean;
}

/** As seen by who stands before the screen. */
export type Place = "beside" | "left" | "right" | "below" | "above";

/**
 * The part of a standing panel that low mode uses: shares of its height from the top; and where
 * the card reader and the paper are.
 */
export interface PanelView {
  readonly band_top: number;
  readonly band_bottom: number;
  readonly reader: Place;
  readonly paper: Place;
}

/** How somebody may pay at this moment; `card_off`: cards are taken here, but not now. */
export interface PaysView {
  readonly live: readonly Method[];
  readonly card_off: boolean;
}

export interface ScreenState {
  readonly rev: number;
  readonly totem: string;
  readonly totem_name: string;
  readonly site_name: string;
  readonly online: boolean;
  readonly step: Step;
  readonly locale: Locale;
  readonly currency: string;
  readonly brand: Brand;
  readonly cart: readonly CartLine[];
  readonly total_minor: number;
  readonly methods: readonly MethodView[];
  readonly payment: PaymentView | null;
  readonly ticket: TicketView | null;
  readonly case: CaseView | null;
  readonly reason: string;
  readonly idle_s: number;
  readonly training: boolean;
  readonly recovered: RecoveredView | null;
  readonly aside: Aside;
  readonly pix_claims: boolean;
  readonly receipt: ReceiptView;
  readonly rights: readonly EntityView[];
  readonly help: HelpView | null;
  readonly phone: string;
  readonly timezone: string;
  readonly asks: Asks;
  readonly priority: Priority;
  readonly identified: readonly Question[];
  readonly choosing: ChoosingView | null;
  readonly reopens: string;
  readonly access: AccessView;
  readonly panel: PanelView;
  readonly pays: PaysView;
  /** How many wait to be served; null where nobody knows. */
  readonly queue: number | null;
}

export interface Boot {
  readonly secret: string;
  readonly version: string;
}

/** An error of the agent, RFC 9457; `code` is what the screen understands. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly code: string;
}
