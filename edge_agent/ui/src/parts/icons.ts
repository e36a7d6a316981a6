/** The catalogue's icon names as drawings of one family; a name nobody drew gets a ticket. */

import type SvgIcon from "@mui/material/SvgIcon";
import Accessible from "@mui/icons-material/AccessibleRounded";
import AccountBalance from "@mui/icons-material/AccountBalanceRounded";
import Assignment from "@mui/icons-material/AssignmentRounded";
import Badge from "@mui/icons-material/BadgeRounded";
import Biotech from "@mui/icons-material/BiotechRounded";
import Bloodtype from "@mui/icons-material/BloodtypeRounded";
import Build from "@mui/icons-material/BuildRounded";
import ChildCare from "@mui/icons-material/ChildCareRounded";
import ConfirmationNumber from "@mui/icons-material/ConfirmationNumberRounded";
import CreditCard from "@mui/icons-material/CreditCardRounded";
import Description from "@mui/icons-material/DescriptionRounded";
import DirectionsCar from "@mui/icons-material/DirectionsCarRounded";
import Elderly from "@mui/icons-material/ElderlyRounded";
import Event from "@mui/icons-material/EventRounded";
import Favorite from "@mui/icons-material/FavoriteRounded";
import Fingerprint from "@mui/icons-material/FingerprintRounded";
import FolderCopy from "@mui/icons-material/FolderCopyRounded";
import Gavel from "@mui/icons-material/GavelRounded";
import Groups from "@mui/icons-material/GroupsRounded";
import Healing from "@mui/icons-material/HealingRounded";
import Help from "@mui/icons-material/HelpRounded";
import Home from "@mui/icons-material/HomeRounded";
import Hotel from "@mui/icons-material/HotelRounded";
import Info from "@mui/icons-material/InfoRounded";
import Key from "@mui/icons-material/KeyRounded";
import LocalCafe from "@mui/icons-material/LocalCafeRounded";
import LocalHospital from "@mui/icons-material/LocalHospitalRounded";
import LocalParking from "@mui/icons-material/LocalParkingRounded";
import LocalShipping from "@mui/icons-material/LocalShippingRounded";
import MedicalServices from "@mui/icons-material/MedicalServicesRounded";
import Medication from "@mui/icons-material/MedicationRounded";
import MonitorHeart from "@mui/icons-material/MonitorHeartRounded";
import MonitorWeight from "@mui/icons-material/MonitorWeightRounded";
import Payments from "@mui/icons-material/PaymentsRounded";
import Person from "@mui/icons-material/PersonRounded";
import Pets from "@mui/icons-material/PetsRounded";
import PhotoCamera from "@mui/icons-material/PhotoCameraRounded";
import PregnantWoman from "@mui/icons-material/PregnantWomanRounded";
import Print from "@mui/icons-material/PrintRounded";
import Psychology from "@mui/icons-material/PsychologyRounded";
import QrCode from "@mui/icons-material/QrCode2Rounded";
import ReceiptLong from "@mui/icons-material/ReceiptLongRounded";
import Restaurant from "@mui/icons-material/RestaurantRounded";
import School from "@mui/icons-material/SchoolRounded";
import Science from "@mui/icons-material/ScienceRounded";
import Shield from "@mui/icons-material/ShieldRounded";
import ShoppingBag from "@mui/icons-material/ShoppingBagRounded";
import MedicalInformation from "@mui/icons-material/MedicalInformationRounded";
import Storefront from "@mui/icons-material/StorefrontRounded";
import SupportAgent from "@mui/icons-material/SupportAgentRounded";
import Vaccines from "@mui/icons-material/VaccinesRounded";
import Visibility from "@mui/icons-material/VisibilityRounded";
import WaterDrop from "@mui/icons-material/WaterDropRounded";
import Work from "@mui/icons-material/WorkRounded";

type Icon = typeof SvgIcon;

export const icons: Readonly<Record<string, Icon>> = {
  accessible: Accessible,
  account_balance: AccountBalance,
  assignment: Assignment,
  badge: Badge,
  biotech: Biotech,
  bloodtype: Bloodtype,
  build: Build,
  child_care: ChildCare,
  confirmation_number: ConfirmationNumber,
  credit_card: CreditCard,
  description: Description,
  directions_car: DirectionsCar,
  elderly: Elderly,
  event: Event,
  favorite: Favorite,
  fingerprint: Fingerprint,
  folder_copy: FolderCopy,
  gavel: Gavel,
  groups: Groups,
  healing: Healing,
  help: Help,
  home: Home,
  hotel: Hotel,
  info: Info,
  key: Key,
  local_cafe: LocalCafe,
  local_hospital: LocalHospital,
  local_parking: LocalParking,
  local_shipping: LocalShipping,
  medical_information: MedicalInformation,
  medical_services: MedicalServices,
  medication: Medication,
  monitor_heart: MonitorHeart,
  monitor_weight: MonitorWeight,
  payments: Payments,
  person: Person,
  pets: Pets,
  photo_camera: PhotoCamera,
  pregnant_woman: PregnantWoman,
  print: Print,
  psychology: Psychology,
  qr_code: QrCode,
  receipt_long: ReceiptLong,
  restaurant: Restaurant,
  school: School,
  science: Science,
  shield: Shield,
  shopping_bag: ShoppingBag,
  storefront: Storefront,
  support_agent: SupportAgent,
  vaccines: Vaccines,
  visibility: Visibility,
  water_drop: WaterDrop,
  work: Work,
};

export const unknownIcon: Icon = ConfirmationNumber;
