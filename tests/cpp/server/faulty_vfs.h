// A disk that fails, for SQLite: a VFS over the default one. What is written goes to the real files, and beside that is
// remembered as what a disk may make of it when the power is cut: written since the last fsync of the file, each write
// is there, or not, or some of its sectors are.
//
// Its files must exist before it is used, and deletions are refused once the power is off: what a folder loses is not
// looked at. The memory that processes share (-shm) is taken away with the power, as it is when a machine starts anew.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"

namespace sotto::server {

class FaultyVfs {
 public:
  // Is SQLite's default until it is destroyed; then the former one is again. Connections opened meanwhile must be
  // closed before.
  explicit FaultyVfs(uint64_t seed);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The power is cut instead of the n-th write, truncation or sync from now; 1 is the next one. Nothing succeeds from
  // then on.
  void CutPowerAt(uint64_t operation) { cut_at_ = operations_ + operation; }
  void CutPower() { off_ = true; }
  bool off() const { return off_; }
  uint64_t operations() const { return operations_; }

  // The n-th sync from now, and `count` in all, fail with EIO. What was to be synced stays in doubt for ever: the next
  // sync that succeeds does not write it, as on Linux.
  void FailSyncs(uint64_t sync, uint64_t count) {
    fail_sync_from_ = syncs_ + sync;
    fail_sync_to_ = syncs_ + sync + count;
  }
  uint64_t failed_syncs() const { return failed_syncs_; }

  // Files may grow by so many bytes together from now on; without a number, by any.
  void LimitGrowth(std::optional<int64_t> bytes) { growth_left_ = bytes; }
  uint64_t refused_writes() const { return refused_writes_; }

  // After the power was cut and all connections were closed: the files become what the disk has.
  void StartAnew();

 private:
  friend struct FaultyVfsMethods;

  // A write, or a truncation if `size` is set.
  struct Operation {
    int64_t offset = 0;
    Bytes bytes;
    std::optional<int64_t> size;
    bool durable = false;
  };
  struct File {
    Bytes image;  // what is on the disk for certain, without what follows
    std::vector<Operation> operations;
    void Apply(const Operation& operation);
    size_t Settle();  // whatever is durable up to the first that is not; how many those were
  };

  // True if the power is off, or goes off with this operation.
  bool Dies();
  File& Remember(const std::string& path);

  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_;
  std::string name_;
  std::mt19937_64 random_;
  std::map<std::string, File> files_;
  std::map<std::string, size_t> doubtful_;  // how many of a file's operations no sync makes durable any more
  uint64_t operations_ = 0;
  uint64_t cut_at_ = 0;
  bool off_ = false;
  uint64_t syncs_ = 0;
  uint64_t fail_sync_from_ = 0;
  uint64_t fail_sync_to_ = 0;
  uint64_t failed_syncs_ = 0;
  std::optional<int64_t> growth_left_;
  uint64_t refused_writes_ = 0;
};

}  // namespace sotto::server
