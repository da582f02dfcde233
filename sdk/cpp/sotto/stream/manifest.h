// The manifest of a stream: one JSON document that tells a player everything about a room. Format in docs/manifest.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::stream {

inline constexpr uint32_t kManifestVersion = 1;
inline constexpr size_t kMaxManifestBytes = 4 * 1024 * 1024;
inline constexpr double kMaxSeconds = 1e9;     // of any time or duration
inline constexpr double kMinDuration = 0.001;  // of an event, in seconds

// Text in both languages of the product; each falls back to the other when it is missing from the JSON, one is
// required.
struct LocalText {
  std::string zh;
  std::string en;
  bool operator==(const LocalText&) const = default;
};

struct ManifestProduct {
  std::string id;            // [A-Za-z0-9_-]{1,64}, unique
  LocalText title;           // at most 1,024 bytes in each language
  std::string category;      // "tea/green", at most 256 bytes; may be empty
  int64_t price_amount = 0;  // minor units, 0 to 10^12
  std::string currency;      // ISO 4217, three capital letters
  std::string image;         // URL, absolute or relative to the manifest; may be empty
  std::vector<std::string> facts_zh;
  std::vector<std::string> facts_en;
  std::string brand = {};  // at most 256 bytes; may be empty
  int32_t stock = -1;      // pieces, 0 to 10^9; -1: unknown
  bool operator==(const ManifestProduct&) const = default;
};

// Something that happens at a time of the programme.
struct TimedEvent {
  std::string id;       // unique
  std::string type;     // "product" is the one that this version acts upon; others pass through
  std::string product;  // id of a product of this manifest, for type "product"
  double at = 0;        // seconds of programme time, 0 to 10^9
  double duration = 0;  // seconds, 0.001 to 10^9
  double every = 0;     // seconds after which it happens again, at most 10^9; 0: once. Otherwise >= duration
  bool operator==(const TimedEvent&) const = default;
};

struct ModelReference {
  std::string id;  // "sentiment", "affinity", ...
  std::string version;
  std::string url;     // absolute or relative to the manifest
  std::string sha256;  // 64 lower-case hexadecimal digits
  uint64_t size = 0;   // bytes, 1 to 64 MiB
  bool operator==(const ModelReference&) const = default;
};

// A public key for HPKE (RFC 9180) as DAP's HpkeConfig (draft-ietf-ppm-dap, section "HPKE Configuration Request") has
// it.
struct HpkeConfig {
  uint8_t id = 0;          // by which the aggregator knows the key
  uint16_t kem_id = 0;     // 0x0020: DHKEM(X25519, HKDF-SHA256)
  uint16_t kdf_id = 0;     // 0x0001: HKDF-SHA256
  uint16_t aead_id = 0;    // 0x0001: AES-128-GCM, 0x0003: ChaCha20Poly1305
  std::string public_key;  // base64url without padding of 1 to 4,096 bytes; of 32 for kem_id 0x0020
  bool operator==(const HpkeConfig&) const = default;
};

// One of the two who aggregate a task under `trust: split`.
struct AggregatorReference {
  std::string operator_name;  // who runs it, 1 to 256 bytes
  std::string url;            // absolute, http or https
  HpkeConfig hpke;
  bool operator==(const AggregatorReference&) const = default;
};

// What a task under `trust: split` has besides. federation/split_task.h says what the fields mean; what a kind has not
// stays as it is here.
struct SplitReference {
  uint64_t epoch = 0;  // the period in which a device counts the cost, at most 2^53 - 1; the first of the task's
  uint64_t time_precision = 86'400;          // seconds of an epoch, 1 to 2^32
  uint64_t duration = 1;                     // epochs in which reports are made, 1 to 2^32
  std::string batch_mode = "time-interval";  // or "leader-selected"
  uint32_t minute = 0;                       // mood: of programme time, at most 10^9 seconds
  std::string model;                         // delta: version of the model, as ModelReference's
  uint32_t dimension = 0;                    // delta: 1 to 16,384
  double clip = 0;                           // delta: above 0, at most 10^6
  uint32_t entry_bits = 0;                   // delta: 2 to 16
  double step = 0;                           // delta: above 0, at most 10^6
  uint64_t rotation_seed = 0;                // delta: at most 2^53 - 1
  AggregatorReference leader;
  AggregatorReference helper;
  bool operator==(const SplitReference&) const = default;
};

// Both aggregators are run by the same operator, or have URLs of the same origin: then nothing is split between two
// who do not share what they know, and wherever the task shows it must say so.
bool OneOperator(const SplitReference& split);

struct TaskReference {
  std::string id;
  std::string kind;                // "affinity"; under split trust "popularity", "mood" and "delta" as well
  std::string trust;               // "local", "split"
  std::string url;                 // local: where updates are put, url + "/" + update id
  std::vector<std::string> items;  // product ids in the encoding's order; none for "mood" and "delta"
  uint32_t max_items = 0;          // likewise 0
  uint64_t sigma_squared_numerator = 0;
  uint64_t sigma_squared_denominator = 1;
  double rho = 0;      // of one contribution; the device checks it and epsilon against the parameters
  double epsilon = 0;  // at `delta`
  double delta = 0;
  uint64_t minimum = 0;                      // contributions that close the round; below it aggregators release nothing
  std::string expires;                       // RFC 3339 UTC; a device does not contribute after it
  std::optional<SplitReference> split = {};  // exactly of trust "split"
  bool operator==(const TaskReference&) const = default;
};

// What a coupon takes off, and what it is called.
struct CampaignCoupon {
  double percent = 0;  // of the price, 0 to 100
  LocalText label;
  bool operator==(const CampaignCoupon&) const = default;
};

// A product, and perhaps a coupon, for some kinds of viewers. The device chooses: it tells its viewer's segments, such
// as "newcomer" or "brand-loyal:Pine", and sends them nowhere. An unknown segment is one in which nobody is.
struct Campaign {
  std::string id;                 // unique
  std::vector<std::string> all;   // the viewer is in all of these, at most 16 as of each list,
  std::vector<std::string> any;   // in at least one of these, if there are any,
  std::vector<std::string> none;  // and in none of these
  std::string product;            // id of a product of this manifest
  std::optional<CampaignCoupon> coupon;
  double from = 0;   // seconds of programme time, 0 to 10^9
  double until = 0;  // likewise, and above `from`; 0: no end
  bool operator==(const Campaign&) const = default;
};

struct Manifest {
  uint32_t version = kManifestVersion;
  std::string stream;  // id
  LocalText title;
  std::string hls;        // URL of the multivariant playlist; may be empty
  std::string comments;   // URL of the comment WebSocket; may be empty
  std::string epoch;      // RFC 3339 UTC: the wall-clock moment of programme time 0 of a live stream; empty: recorded
  double refresh = 0;     // seconds after which a player asks again; 0: never
  std::string catalogue;  // version of the products, which models are checked against: at most 64 bytes; may be empty
  std::vector<ManifestProduct> products;  // at most 4,096, as of events, models, tasks and campaigns
  std::vector<TimedEvent> events;
  std::vector<ModelReference> models;
  std::vector<TaskReference> tasks;
  std::vector<Campaign> campaigns;
  bool operator==(const Manifest&) const = default;
};

// Reads a manifest. Unknown fields are ignored, and so are tasks of a kind, trust or batch mode that this version
// cannot carry out, so that an older player reads a newer manifest of the same version. Errors: kMalformed (not JSON,
// not UTF-8, NaN or Infinity, a missing field, a wrong type, a value out of range, an event or campaign of an unknown
// product), with the path such as manifest.products[3].price.amount; kUnsupportedVersion; kResourceExhausted above
// kMaxManifestBytes.
Result<Manifest> ParseManifest(std::string_view json);

// The arrays of a manifest on their own, as an operator keeps them in files. Same rules and errors, with paths such as
// products[3].price.amount and events[0].product. Events and campaigns are checked against `products`.
Result<std::vector<ManifestProduct>> ParseProducts(std::string_view json);
Result<std::vector<TimedEvent>> ParseEvents(std::string_view json, const std::vector<ManifestProduct>& products);
Result<std::vector<Campaign>> ParseCampaigns(std::string_view json, const std::vector<ManifestProduct>& products);
Result<std::vector<TaskReference>> ParseTasks(std::string_view json);

// Canonical JSON: fields in the order above, camelCase, every default written out.
// ParseManifest(RenderManifest(m)) == m for every m that ParseManifest accepts.
std::string RenderManifest(const Manifest& manifest);

}  // namespace sotto::stream
