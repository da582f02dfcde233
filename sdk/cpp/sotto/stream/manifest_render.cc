#include "sotto/stream/json_writer.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {
namespace {

void Render(const LocalText& text, JsonWriter& json) {
  json.BeginObject().Key("zh").String(text.zh).Key("en").String(text.en).EndObject();
}

void Render(const std::vector<std::string>& texts, JsonWriter& json) {
  json.BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

void Render(const ManifestProduct& product, JsonWriter& json) {
  json.BeginObject().Key("id").String(product.id).Key("title");
  Render(product.title, json);
  json.Key("category").String(product.category);
  json.Key("price").BeginObject().Key("amount").Int(product.price_amount);
  json.Key("currency").String(product.currency).EndObject();
  json.Key("image").String(product.image);
  json.Key("facts").BeginObject().Key("zh");
  Render(product.facts_zh, json);
  json.Key("en");
  Render(product.facts_en, json);
  json.EndObject();
  json.Key("brand").String(product.brand).Key("stock").Int(product.stock).EndObject();
}

void Render(const TimedEvent& event, JsonWriter& json) {
  json.BeginObject().Key("id").String(event.id).Key("type").String(event.type).Key("product").String(event.product);
  json.Key("at").Double(event.at).Key("duration").Double(event.duration).Key("every").Double(event.every).EndObject();
}

void Render(const ModelReference& model, JsonWriter& json) {
  json.BeginObject().Key("id").String(model.id).Key("version").String(model.version).Key("url").String(model.url);
  json.Key("sha256").String(model.sha256).Key("size").Uint(model.size).EndObject();
}

void Render(const AggregatorReference& aggregator, JsonWriter& json) {
  json.BeginObject().Key("operator").String(aggregator.operator_name).Key("url").String(aggregator.url);
  const HpkeConfig& hpke = aggregator.hpke;
  json.Key("hpke").BeginObject().Key("id").Uint(hpke.id).Key("kem").Uint(hpke.kem_id).Key("kdf").Uint(hpke.kdf_id);
  json.Key("aead").Uint(hpke.aead_id).Key("publicKey").String(hpke.public_key).EndObject().EndObject();
}

void Render(const SplitReference& split, std::string_view kind, JsonWriter& json) {
  json.Key("epoch").Uint(split.epoch).Key("timePrecision").Uint(split.time_precision);
  json.Key("duration").Uint(split.duration).Key("batchMode").String(split.batch_mode);
  if (kind == "mood") json.Key("minute").Uint(split.minute);
  if (kind == "delta") {
    json.Key("model").String(split.model).Key("dimension").Uint(split.dimension).Key("clip").Double(split.clip);
    json.Key("entryBits").Uint(split.entry_bits).Key("step").Double(split.step);
    json.Key("rotationSeed").Uint(split.rotation_seed);
  }
  json.Key("aggregators").BeginObject().Key("leader");
  Render(split.leader, json);
  json.Key("helper");
  Render(split.helper, json);
  // For who shows it; a reader works it out anew.
  json.Key("oneOperator").Bool(OneOperator(split)).EndObject();
}

void Render(const TaskReference& task, JsonWriter& json) {
  json.BeginObject().Key("id").String(task.id).Key("kind").String(task.kind).Key("trust").String(task.trust);
  if (task.split) {
    Render(*task.split, task.kind, json);
  } else {
    json.Key("url").String(task.url);
  }
  if (task.max_items > 0) {
    json.Key("items");
    Render(task.items, json);
    json.Key("maxItems").Uint(task.max_items);
  }
  json.Key("sigmaSquaredNumerator").Uint(task.sigma_squared_numerator);
  json.Key("sigmaSquaredDenominator").Uint(task.sigma_squared_denominator);
  json.Key("rho").Double(task.rho).Key("epsilon").Double(task.epsilon).Key("delta").Double(task.delta);
  json.Key("minimum").Uint(task.minimum).Key("expires").String(task.expires).EndObject();
}

void Render(const Campaign& campaign, JsonWriter& json) {
  json.BeginObject().Key("id").String(campaign.id).Key("segments").BeginObject().Key("all");
  Render(campaign.all, json);
  json.Key("any");
  Render(campaign.any, json);
  json.Key("none");
  Render(campaign.none, json);
  json.EndObject().Key("product").String(campaign.product);
  if (campaign.coupon) {
    json.Key("coupon").BeginObject().Key("percent").Double(campaign.coupon->percent).Key("label");
    Render(campaign.coupon->label, json);
    json.EndObject();
  }
  json.Key("from").Double(campaign.from).Key("until").Double(campaign.until).EndObject();
}

template <class T>
void RenderList(std::string_view key, const std::vector<T>& list, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const T& item : list) Render(item, json);
  json.EndArray();
}

}  // namespace

std::string RenderManifest(const Manifest& manifest) {
  JsonWriter json;
  json.BeginObject().Key("version").Uint(manifest.version).Key("stream").String(manifest.stream).Key("title");
  Render(manifest.title, json);
  json.Key("hls").String(manifest.hls).Key("comments").String(manifest.comments);
  json.Key("epoch").String(manifest.epoch).Key("refresh").Double(manifest.refresh);
  json.Key("catalogue").String(manifest.catalogue);
  RenderList("products", manifest.products, json);
  RenderList("events", manifest.events, json);
  RenderList("models", manifest.models, json);
  RenderList("tasks", manifest.tasks, json);
  RenderList("campaigns", manifest.campaigns, json);
  json.EndObject();
  return json.Release();
}

}  // namespace sotto::stream
