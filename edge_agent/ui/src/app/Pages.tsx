/**
 * Every page but the first: which of them draws which state. They come as one piece, together with
 * the languages a customer may choose, as soon as the first page stands.
 */

import type { PaymentView } from "../api/schemas";
import type { ScreenProps } from "../parts/screen";
import { CardPayment } from "../screens/CardPayment";
import { Checking } from "../screens/Checking";
import { Closed } from "../screens/Closed";
import { Declined } from "../screens/Declined";
import { Help } from "../screens/Help";
import { Identify } from "../screens/Identify";
import { Instalments } from "../screens/Instalments";
import { Method } from "../screens/Method";
import { Moment } from "../screens/Moment";
import { NoteTicket } from "../screens/NoteTicket";
import { Options } from "../screens/Options";
import { OutOfOrder } from "../screens/OutOfOrder";
import { Pix } from "../screens/Pix";
import { PixClaim } from "../screens/PixClaim";
import { PixOver } from "../screens/PixOver";
import { Priority } from "../screens/Priority";
import { Receipt, ReceiptCode } from "../screens/Receipt";
import { ReceiptContact } from "../screens/ReceiptContact";
import { Recovered } from "../screens/Recovered";
import { Review } from "../screens/Review";
import { Rights } from "../screens/Rights";
import { Services } from "../screens/Services";
import { StillThere } from "../screens/StillThere";
import { Ticket } from "../screens/Ticket";
import "../words/others";
import { isUp, onPaper } from "./stages";

export { Help, StillThere };

export function Page(props: ScreenProps) {
  switch (props.state.aside) {
    case "receipt":
      return <Receipt {...props} />;
    case "receipt_qr":
      return <ReceiptCode {...props} />;
    case "receipt_email":
      return <ReceiptContact {...props} channel="email" />;
    case "receipt_phone":
      return <ReceiptContact {...props} channel="phone" />;
    case "pix_claim":
      return <PixClaim {...props} />;
    case "rights":
      return <Rights {...props} />;
    default:
      return <Stepped {...props} />;
  }
}

function Stepped(props: ScreenProps) {
  const { step, payment, ticket, choosing, recovered } = props.state;
  switch (step) {
    case "priority":
      return <Priority {...props} />;
    case "services":
      return <Services {...props} />;
    case "options":
      return choosing === null ? (
        <Moment paying={false} />
      ) : (
        <Options {...props} choosing={choosing} />
      );
    case "review":
      return <Review {...props} />;
    case "identify":
      return <Identify {...props} />;
    case "method":
      return <Method {...props} />;
    case "instalments":
      return <Instalments {...props} />;
    case "payment":
      return payment === null ? <Moment paying /> : <Paying {...props} payment={payment} />;
    case "ticket":
      if (ticket === null) return <Moment paying />;
      return onPaper(ticket.print) ? (
        <Ticket {...props} ticket={ticket} />
      ) : (
        <NoteTicket {...props} ticket={ticket} />
      );
    case "recovered":
      return recovered === null ? <Moment paying /> : <Recovered {...props} left={recovered} />;
    case "closed":
      return <Closed {...props} />;
    case "out_of_order":
      return <OutOfOrder {...props} />;
    case "attract":
      return <Moment paying={false} />;
  }
}

function Paying(props: ScreenProps & { payment: PaymentView }) {
  const { payment } = props;
  const { step, pix } = payment;
  if (pix !== null && isUp(pix)) return <Pix {...props} pix={pix} />;
  if (pix !== null) return <PixOver {...props} pix={pix} />;
  if (step === "checking") return <Checking {...props} />;
  if (step === "declined" || step === "cancelled") return <Declined {...props} />;
  if (step === "scan" || step === "late") return <Moment paying />;
  return <CardPayment {...props} payment={{ ...payment, step }} />;
}

