"""When a visit is over nothing of it is left in the browser: not in the page, not in any store."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PANELS
from tests.browser.customer import Customer, customer_at
from tests.support.flow_bench import Totem, totem_at_work
from tests.support.sample_catalogue import sample_page

KEPT = """async () => {
  const kept = { page: document.documentElement.outerHTML, address: location.href };
  kept.fields = [...document.querySelectorAll("input, textarea")].map((it) => it.value).join("\\n");
  kept.local = JSON.stringify({ ...localStorage });
  kept.session = JSON.stringify({ ...sessionStorage });
  kept.cookies = document.cookie;
  kept.history = JSON.stringify(history.state) ?? "";
  kept.caches = "";
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      kept.caches += `${name} ${request.url} ${await (await cache.match(request)).text()}`;
    }
  }
  kept.databases = "";
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done, fail) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => fail(opening.error);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((done) => {
        const asking = base.transaction(store).objectStore(store).getAll();
        asking.onsuccess = () => done(asking.result);
      });
      kept.databases += `${name} ${store} ${JSON.stringify(rows)}`;
    }
    base.close();
  }
  return kept;
}"""
HIDE = """async (mark) => {
  document.body.append(Object.assign(document.createElement("p"), { textContent: mark }));
  document.body.append(Object.assign(document.createElement("input"), { value: mark }));
  localStorage.setItem("a", mark);
  sessionStorage.setItem("a", mark);
  document.cookie = `a=${mark}`;
  history.replaceState({ mark }, "", `#${mark}`);
  await (await caches.open("a")).put("/a", new Response(mark));
  await new Promise((done) => {
    const opening = indexedDB.open("a", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("s").put(mark, 1);
    opening.onsuccess = () => done(opening.result.close());
  });
}"""
MARK = "QXZW7781"
POLICY = {"priority": "off", "identify": ["name", "cpf", "phone"]}
NAME, CPF, PHONE = "ZULEIDE", "52998224725", "11987654321"
TYPED = (NAME, "Zuleide", CPF, "529.982.247-25", PHONE, "98765-4321")


@pytest.fixture(scope="module")
def totem(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    with totem_at_work(tmp_path_factory.mktemp("wipe"), catalogue=sample_page(POLICY)) as one:
        yield one


@pytest.fixture
def ana(browser: Browser, totem: Totem) -> Iterator[Customer]:
    one = customer_at(browser, PANELS["portrait"], totem.address)
    yield one
    one.page.context.close()


def traces(page: Page, *marks: str) -> set[str]:
    """Where one of the marks is still found."""
    kept: dict[str, str] = page.evaluate(KEPT)
    kept["cookie jar"] = str(page.context.cookies())
    return {place for place, held in kept.items() if any(mark in held for mark in marks)}


def test_a_visit_leaves_no_trace(ana: Customer, totem: Totem) -> None:
    ana.choose("Toque para começar", "Hemograma completo", "Continuar", "Pagar")
    for typed, title in ((NAME, "Qual é o seu nome?"), (CPF, "CPF"), (PHONE, "celular")):
        ana.hears_of(title)
        ana.choose(*typed)
        assert traces(ana.page, *TYPED) >= {"fields"}
        ana.touch("Confirmar")
    ana.touch("No balcão")
    ana.hears_of("Pague no balcão")
    number = totem.printed()["ticket"]["number"]
    assert "page" in traces(ana.page, number)
    ana.touch("Concluir")
    ana.sees("Toque para começar")
    assert traces(ana.page, number, "Hemograma", "32,00", *TYPED) == set()


def test_what_was_typed_at_the_corner_leaves_no_trace(ana: Customer) -> None:
    ana.page.evaluate("location.hash = 'balcao'")
    ana.hears_of("Digite seu PIN")
    ana.choose("7", "7", "8", "1")
    ana.touch("Voltar")
    ana.sees("Toque para começar")
    assert traces(ana.page, "7781", "balcao") == set()


def test_a_mark_is_found_wherever_it_hides(ana: Customer) -> None:
    ana.page.evaluate(HIDE, MARK)
    everywhere = {"page", "address", "fields", "local", "session", "cookies", "history"}
    assert traces(ana.page, MARK) == everywhere | {"caches", "databases", "cookie jar"}
