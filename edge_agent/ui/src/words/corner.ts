/** What attendants and technicians read. */

import { desk } from "./desk";
import { upkeep } from "./upkeep";
import { learn } from "./words";

learn(desk);
learn(upkeep);
