#include <algorithm>
#include <array>
#include <utility>

#include "sotto/stream/json_fields.h"
#include "sotto/stream/manifest.h"
#include "sotto/stream/manifest_fields.h"
#include "sotto/stream/names.h"

namespace sotto::stream {
namespace {

using simdjson::dom::element;

constexpr int64_t kMaxPrice = 1'000'000'000'000;
constexpr int64_t kMaxModelBytes = 64 * 1024 * 1024;
constexpr size_t kMaxTitleBytes = 1'024;
constexpr size_t kMaxCategoryBytes = 256;
constexpr size_t kMaxBrandBytes = 256;
constexpr size_t kMaxCatalogueBytes = 64;
constexpr int64_t kMaxStock = 1'000'000'000;
constexpr size_t kMaxSegments = 16;
constexpr size_t kMaxSegmentBytes = 300;

Result<std::string> OptionalUrl(const JsonFields& fields, std::string_view key) {
  SOTTO_ASSIGN_OR_RETURN(std::string url, fields.OptionalString(key));
  return CheckedUrl(std::move(url), fields.PathOf(key));
}

Result<LocalText> TextAt(const JsonFields& parent, std::string_view key) {
  SOTTO_ASSIGN_OR_RETURN(const element found, parent.Required(key));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(found, parent.PathOf(key)));
  LocalText text;
  SOTTO_ASSIGN_OR_RETURN(text.zh, fields.OptionalString("zh"));
  SOTTO_ASSIGN_OR_RETURN(text.en, fields.OptionalString("en"));
  if (text.zh.empty() && text.en.empty()) return OutOfRange(fields.path(), "empty", "zh, en or both");
  for (const auto& [language, title] : {std::pair{"zh", &text.zh}, std::pair{"en", &text.en}}) {
    if (title->size() > kMaxTitleBytes) {
      return OutOfRange(fields.PathOf(language), std::to_string(title->size()) + " bytes long", "at most 1,024");
    }
  }
  if (text.zh.empty()) text.zh = text.en;
  if (text.en.empty()) text.en = text.zh;
  return text;
}

Result<std::vector<std::string>> OptionalTexts(const JsonFields& fields, std::string_view key) {
  std::vector<std::string> texts;
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, fields.Find(key));
  if (!found) return texts;
  SOTTO_ASSIGN_OR_RETURN(const simdjson::dom::array array, AsArray(*found, fields.PathOf(key)));
  for (const element item : array) {
    SOTTO_ASSIGN_OR_RETURN(std::string text, AsString(item, At(fields.PathOf(key), texts.size())));
    texts.push_back(std::move(text));
  }
  return texts;
}

Status ReadPrice(const JsonFields& parent, ManifestProduct& product) {
  SOTTO_ASSIGN_OR_RETURN(const element found, parent.Required("price"));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(found, parent.PathOf("price")));
  SOTTO_ASSIGN_OR_RETURN(product.price_amount, fields.RequiredInteger("amount", 0, kMaxPrice));
  SOTTO_ASSIGN_OR_RETURN(product.currency, fields.RequiredString("currency"));
  const bool capitals =
      std::all_of(product.currency.begin(), product.currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (product.currency.size() != 3 || !capitals) {
    return OutOfRange(fields.PathOf("currency"), Quoted(product.currency), "three capital letters of ISO 4217");
  }
  return {};
}

Status ReadFacts(const JsonFields& parent, ManifestProduct& product) {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, parent.Find("facts"));
  if (!found) return {};
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(*found, parent.PathOf("facts")));
  SOTTO_ASSIGN_OR_RETURN(product.facts_zh, OptionalTexts(fields, "zh"));
  SOTTO_ASSIGN_OR_RETURN(product.facts_en, OptionalTexts(fields, "en"));
  return {};
}

Status ReadBrandAndStock(const JsonFields& fields, ManifestProduct& product) {
  SOTTO_ASSIGN_OR_RETURN(product.brand, fields.OptionalString("brand"));
  if (product.brand.size() > kMaxBrandBytes) {
    return OutOfRange(fields.PathOf("brand"), std::to_string(product.brand.size()) + " bytes long", "at most 256");
  }
  SOTTO_ASSIGN_OR_RETURN(const int64_t pieces, fields.OptionalInteger("stock", -1, kMaxStock, -1));
  product.stock = static_cast<int32_t>(pieces);
  return {};
}

Result<std::vector<ManifestProduct>> ReadProducts(element found, const std::string& path) {
  Ids seen;
  const auto read = [&](element item, std::string where) -> Result<std::optional<ManifestProduct>> {
    SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(item, std::move(where)));
    ManifestProduct product;
    SOTTO_ASSIGN_OR_RETURN(product.id, NewIdAt(fields, "id", seen));
    SOTTO_ASSIGN_OR_RETURN(product.title, TextAt(fields, "title"));
    SOTTO_ASSIGN_OR_RETURN(product.category, fields.OptionalString("category"));
    if (product.category.size() > kMaxCategoryBytes) {
      return OutOfRange(fields.PathOf("category"), std::to_string(product.category.size()) + " bytes long",
                        "at most 256");
    }
    SOTTO_RETURN_IF_ERROR(ReadPrice(fields, product));
    SOTTO_ASSIGN_OR_RETURN(product.image, OptionalUrl(fields, "image"));
    SOTTO_RETURN_IF_ERROR(ReadFacts(fields, product));
    SOTTO_RETURN_IF_ERROR(ReadBrandAndStock(fields, product));
    return std::optional(std::move(product));
  };
  return ListOf<ManifestProduct>(found, path, read);
}

Ids IdsOf(const std::vector<ManifestProduct>& products) {
  Ids ids;
  for (const ManifestProduct& product : products) ids.insert(product.id);
  return ids;
}

Result<std::vector<TimedEvent>> ReadEvents(element found, const std::string& path, const Ids& products) {
  Ids seen;
  const auto read = [&](element item, std::string where) -> Result<std::optional<TimedEvent>> {
    SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(item, std::move(where)));
    TimedEvent event;
    SOTTO_ASSIGN_OR_RETURN(event.id, NewIdAt(fields, "id", seen));
    SOTTO_ASSIGN_OR_RETURN(event.type, IdAt(fields, "type"));
    if (event.type == "product") {
      SOTTO_ASSIGN_OR_RETURN(event.product, IdAt(fields, "product"));
      if (!products.contains(event.product)) {
        return OutOfRange(fields.PathOf("product"), Quoted(event.product), "the id of a product");
      }
    } else {
      SOTTO_ASSIGN_OR_RETURN(event.product, fields.OptionalString("product"));
    }
    SOTTO_ASSIGN_OR_RETURN(event.at, fields.RequiredNumber("at", {0, kMaxSeconds}));
    SOTTO_ASSIGN_OR_RETURN(event.duration, fields.RequiredNumber("duration", {kMinDuration, kMaxSeconds}));
    SOTTO_ASSIGN_OR_RETURN(event.every, fields.OptionalNumber("every", {0, kMaxSeconds}, 0));
    if (event.every > 0 && event.every < event.duration) {
      return OutOfRange(fields.PathOf("every"), "shorter than the event's duration", "0 or at least that");
    }
    return std::optional(std::move(event));
  };
  return ListOf<TimedEvent>(found, path, read);
}

Result<std::vector<ModelReference>> ReadModels(element found, const std::string& path) {
  Ids seen;
  const auto read = [&](element item, std::string where) -> Result<std::optional<ModelReference>> {
    SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(item, std::move(where)));
    ModelReference model;
    SOTTO_ASSIGN_OR_RETURN(model.id, NewIdAt(fields, "id", seen));
    SOTTO_ASSIGN_OR_RETURN(model.version, fields.RequiredString("version"));
    if (!IsVersion(model.version)) {
      return OutOfRange(fields.PathOf("version"), Quoted(model.version), "1 to 64 of A-Z a-z 0-9 _ - .");
    }
    SOTTO_ASSIGN_OR_RETURN(model.url, RequiredUrl(fields, "url"));
    SOTTO_ASSIGN_OR_RETURN(model.sha256, fields.RequiredString("sha256"));
    const bool lower_hex = std::all_of(model.sha256.begin(), model.sha256.end(),
                                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (model.sha256.size() != 64 || !lower_hex) {
      return OutOfRange(fields.PathOf("sha256"), Quoted(model.sha256), "64 lower-case hexadecimal digits");
    }
    SOTTO_ASSIGN_OR_RETURN(const int64_t size, fields.RequiredInteger("size", 1, kMaxModelBytes));
    model.size = static_cast<uint64_t>(size);
    return std::optional(std::move(model));
  };
  return ListOf<ModelReference>(found, path, read);
}

Result<std::vector<std::string>> SegmentsAt(const JsonFields& fields, std::string_view key) {
  SOTTO_ASSIGN_OR_RETURN(std::vector<std::string> segments, OptionalTexts(fields, key));
  const std::string path = fields.PathOf(key);
  if (segments.size() > kMaxSegments) {
    return OutOfRange(path, std::to_string(segments.size()) + " long", "at most 16 segments");
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    const std::string& segment = segments[i];
    const bool has_control = std::any_of(segment.begin(), segment.end(),
                                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (segment.empty() || segment.size() > kMaxSegmentBytes || has_control) {
      return OutOfRange(At(path, i), Quoted(segment), "a segment such as newcomer, in 1 to 300 bytes");
    }
  }
  return segments;
}

Status ReadSegments(const JsonFields& parent, Campaign& campaign) {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, parent.Find("segments"));
  if (!found) return {};
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(*found, parent.PathOf("segments")));
  SOTTO_ASSIGN_OR_RETURN(campaign.all, SegmentsAt(fields, "all"));
  SOTTO_ASSIGN_OR_RETURN(campaign.any, SegmentsAt(fields, "any"));
  SOTTO_ASSIGN_OR_RETURN(campaign.none, SegmentsAt(fields, "none"));
  return {};
}

Status ReadCoupon(const JsonFields& parent, Campaign& campaign) {
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> found, parent.Find("coupon"));
  if (!found) return {};
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(*found, parent.PathOf("coupon")));
  CampaignCoupon coupon;
  SOTTO_ASSIGN_OR_RETURN(coupon.percent, fields.RequiredNumber("percent", {0, 100}));
  SOTTO_ASSIGN_OR_RETURN(coupon.label, TextAt(fields, "label"));
  campaign.coupon = std::move(coupon);
  return {};
}

Result<std::vector<Campaign>> ReadCampaigns(element found, const std::string& path, const Ids& products) {
  Ids seen;
  const auto read = [&](element item, std::string where) -> Result<std::optional<Campaign>> {
    SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(item, std::move(where)));
    Campaign campaign;
    SOTTO_ASSIGN_OR_RETURN(campaign.id, NewIdAt(fields, "id", seen));
    SOTTO_RETURN_IF_ERROR(ReadSegments(fields, campaign));
    SOTTO_ASSIGN_OR_RETURN(campaign.product, IdAt(fields, "product"));
    if (!products.contains(campaign.product)) {
      return OutOfRange(fields.PathOf("product"), Quoted(campaign.product), "the id of a product");
    }
    SOTTO_RETURN_IF_ERROR(ReadCoupon(fields, campaign));
    SOTTO_ASSIGN_OR_RETURN(campaign.from, fields.OptionalNumber("from", {0, kMaxSeconds}, 0));
    SOTTO_ASSIGN_OR_RETURN(campaign.until, fields.OptionalNumber("until", {0, kMaxSeconds}, 0));
    if (campaign.until != 0 && campaign.until <= campaign.from) {
      return OutOfRange(fields.PathOf("until"), "no later than from", "0 or more than that");
    }
    return std::optional(std::move(campaign));
  };
  return ListOf<Campaign>(found, path, read);
}

Status ReadVersion(const JsonFields& fields, Manifest& manifest) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t version, fields.RequiredInteger("version", 1, kMaxUint32));
  if (version != kManifestVersion) {
    return Error{ErrorCode::kUnsupportedVersion,
                 fields.PathOf("version") + " is " + std::to_string(version) + ", this build reads 1.",
                 "Update the player."};
  }
  manifest.version = kManifestVersion;
  return {};
}

Status ReadLists(const JsonFields& fields, Manifest& manifest) {
  SOTTO_ASSIGN_OR_RETURN(const element products, fields.Required("products"));
  SOTTO_ASSIGN_OR_RETURN(manifest.products, ReadProducts(products, fields.PathOf("products")));
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> events, fields.Find("events"));
  if (events) {
    SOTTO_ASSIGN_OR_RETURN(manifest.events, ReadEvents(*events, fields.PathOf("events"), IdsOf(manifest.products)));
  }
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> models, fields.Find("models"));
  if (models) {
    SOTTO_ASSIGN_OR_RETURN(manifest.models, ReadModels(*models, fields.PathOf("models")));
  }
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> tasks, fields.Find("tasks"));
  if (tasks) {
    SOTTO_ASSIGN_OR_RETURN(manifest.tasks, ReadTasks(*tasks, fields.PathOf("tasks")));
  }
  SOTTO_ASSIGN_OR_RETURN(const std::optional<element> campaigns, fields.Find("campaigns"));
  if (campaigns) {
    SOTTO_ASSIGN_OR_RETURN(manifest.campaigns,
                           ReadCampaigns(*campaigns, fields.PathOf("campaigns"), IdsOf(manifest.products)));
  }
  return {};
}

}  // namespace

Result<Manifest> ParseManifest(std::string_view json) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const element root, ParseJson(parser, json, kMaxManifestBytes, "manifest"));
  SOTTO_ASSIGN_OR_RETURN(const JsonFields fields, JsonFields::Of(root, "manifest"));
  Manifest manifest;
  SOTTO_RETURN_IF_ERROR(ReadVersion(fields, manifest));
  SOTTO_ASSIGN_OR_RETURN(manifest.stream, IdAt(fields, "stream"));
  SOTTO_ASSIGN_OR_RETURN(manifest.title, TextAt(fields, "title"));
  SOTTO_ASSIGN_OR_RETURN(manifest.hls, OptionalUrl(fields, "hls"));
  SOTTO_ASSIGN_OR_RETURN(manifest.comments, OptionalUrl(fields, "comments"));
  SOTTO_ASSIGN_OR_RETURN(manifest.epoch, fields.OptionalString("epoch"));
  if (!manifest.epoch.empty()) SOTTO_RETURN_IF_ERROR(CheckedMoment(manifest.epoch, fields.PathOf("epoch")));
  SOTTO_ASSIGN_OR_RETURN(manifest.refresh, fields.OptionalNumber("refresh", {0, kMaxSeconds}, 0));
  SOTTO_ASSIGN_OR_RETURN(manifest.catalogue, fields.OptionalString("catalogue"));
  if (manifest.catalogue.size() > kMaxCatalogueBytes) {
    return OutOfRange(fields.PathOf("catalogue"), std::to_string(manifest.catalogue.size()) + " bytes long",
                      "at most 64");
  }
  SOTTO_RETURN_IF_ERROR(ReadLists(fields, manifest));
  return manifest;
}

Result<std::vector<ManifestProduct>> ParseProducts(std::string_view json) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const element root, ParseJson(parser, json, kMaxManifestBytes, "products"));
  return ReadProducts(root, "products");
}

Result<std::vector<TimedEvent>> ParseEvents(std::string_view json, const std::vector<ManifestProduct>& products) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const element root, ParseJson(parser, json, kMaxManifestBytes, "events"));
  return ReadEvents(root, "events", IdsOf(products));
}

Result<std::vector<Campaign>> ParseCampaigns(std::string_view json, const std::vector<ManifestProduct>& products) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const element root, ParseJson(parser, json, kMaxManifestBytes, "campaigns"));
  return ReadCampaigns(root, "campaigns", IdsOf(products));
}

Result<std::vector<TaskReference>> ParseTasks(std::string_view json) {
  simdjson::dom::parser parser;
  SOTTO_ASSIGN_OR_RETURN(const element root, ParseJson(parser, json, kMaxManifestBytes, "tasks"));
  return ReadTasks(root, "tasks");
}

}  // namespace sotto::stream
