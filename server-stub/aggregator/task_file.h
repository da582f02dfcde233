// What one party of a task under split trust is told, in a TOML file that `sotto task new` writes: one for the leader,
// one for the helper, one for the collector. They hold secrets; whoever reads one can act as that party.
//
//   role = "leader"                        # "helper", "collector"
//   id = "affinity-7"                      # as devices know it
//   kind = "affinity"                      # popularity, affinity: items, max_items; mood: minute; delta: model,
//   dimension, items = ["p01", "p02"]                 #   clip, entry_bits, step, rotation_seed. Ranges:
//   federation/split_task.h max_items = 2 sigma_squared = [150, 1]               # of each aggregator's noise minimum =
//   400                          # reports below which nothing is released epoch = 20785                          #
//   first epoch of the task: unix seconds / time_precision time_precision = 86400                 # seconds of an epoch
//   duration = 1                           # epochs
//   batch_mode = "time-interval"           # or "leader-selected"
//   leader = "https://a.example/dap"       # URL, and who runs it
//   leader_operator = "Pine & Kettle"
//   helper = "https://b.example/dap"
//   helper_operator = "Harbour Privacy Trust"
//   delta = 1e-5                           # epsilon is computed at it
//   expires = "2026-12-01T00:00:00Z"       # no report is taken after it
//   stream = "tea-house"                   # leader: whose manifest names the task; may be missing
//   verify_key = "..."                     # leader and helper: 32 bytes, base64url, like all bytes here
//   collector_hpke = { id = 1, kem = 32, kdf = 1, aead = 1, public_key = "..." }
//   collector_private_key = "..."          # collector
//   helper_token = "..."                   # leader: bearer token that it shows to the helper
//   helper_token_sha256 = "..."            # helper: 64 hexadecimal digits; the token itself is not kept
//   collector_token = "..."                # collector: bearer token that it shows to the leader
//   collector_token_sha256 = "..."         # leader
#pragma once

#include <string>
#include <string_view>

#include "sotto/dap/basic.h"
#include "sotto/federation/dap_task.h"
#include "sotto/federation/split_task.h"

namespace sotto::server {

struct TaskFile {
  dap::Role role = dap::Role::kLeader;  // leader, helper or collector
  federation::SplitTask split;
  federation::DapTerms terms;
  std::string leader_operator;  // 1 to 256 bytes
  std::string helper_operator;
  double delta = 1e-5;
  std::string expires;  // RFC 3339
  std::string stream;   // may be empty
  Bytes verify_key;
  dap::HpkeConfig collector;
  Bytes collector_private_key;
  std::string helper_token;
  std::string helper_token_sha256;
  std::string collector_token;
  std::string collector_token_sha256;
};

// kMalformed with a line for each error, `name` first: no TOML, an unknown or missing key, a value out of its range, a
// secret that another party should have.
Result<TaskFile> ReadTaskFile(std::string_view toml, const std::string& name);

// Read back, it is the same task.
std::string RenderTaskFile(const TaskFile& file);

}  // namespace sotto::server
