/** For the tests: a busy machine may take long for what they wait for. */

import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 20_000 });
