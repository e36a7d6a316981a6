/** The languages that nobody reads before they chose one. */

import { en } from "./en";
import { es } from "./es";
import { learn } from "./words";

learn({ en, es });
