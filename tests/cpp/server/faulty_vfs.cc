#include "server/faulty_vfs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

namespace sotto::server {
namespace {

constexpr int64_t kSector = 512;

Bytes Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

// SQLite's C interface.
struct FaultyVfsMethods {
  struct Handle {
    sqlite3_file base;
    FaultyVfs* disk;
    std::string* path;  // of a database or its log; null for other files, which live for a moment
    sqlite3_file* real;
  };

  static Handle& Of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  static FaultyVfs& Of(sqlite3_vfs* vfs) { return *static_cast<FaultyVfs*>(vfs->pAppData); }

  static int Close(sqlite3_file* file) {
    Handle& handle = Of(file);
    const int status = handle.real->pMethods->xClose(handle.real);
    delete handle.path;
    return status;
  }

  static int Read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    Handle& handle = Of(file);
    if (handle.disk->off_) return SQLITE_IOERR_READ;
    return handle.real->pMethods->xRead(handle.real, bytes, count, offset);
  }

  static int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    Handle& handle = Of(file);
    FaultyVfs& disk = *handle.disk;
    const bool dies = disk.Dies();
    if (dies && disk.operations_ != disk.cut_at_) return SQLITE_IOERR_WRITE;
    if (!dies && disk.growth_left_) {
      sqlite3_int64 size = 0;
      handle.real->pMethods->xFileSize(handle.real, &size);
      const int64_t growth = std::max<int64_t>(0, offset + count - size);
      if (growth > *disk.growth_left_) {
        ++disk.refused_writes_;
        return SQLITE_FULL;
      }
      *disk.growth_left_ -= growth;
    }
    if (handle.path != nullptr) {
      const auto* begin = static_cast<const uint8_t*>(bytes);
      // The write during which the power goes off may be on the disk in part as well.
      disk.files_[*handle.path].operations.push_back({offset, Bytes(begin, begin + count), std::nullopt, false});
    }
    if (dies) return SQLITE_IOERR_WRITE;
    return handle.real->pMethods->xWrite(handle.real, bytes, count, offset);
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = Of(file);
    if (handle.disk->Dies()) return SQLITE_IOERR_TRUNCATE;
    if (handle.path != nullptr) handle.disk->files_[*handle.path].operations.push_back({0, {}, size, false});
    return handle.real->pMethods->xTruncate(handle.real, size);
  }

  static int Sync(sqlite3_file* file, int) {
    Handle& handle = Of(file);
    FaultyVfs& disk = *handle.disk;
    if (disk.Dies()) return SQLITE_IOERR_FSYNC;
    ++disk.syncs_;
    if (disk.syncs_ >= disk.fail_sync_from_ && disk.syncs_ < disk.fail_sync_to_) {
      ++disk.failed_syncs_;
      // From here on they are in doubt: a sync later on marks only what comes after them.
      if (handle.path != nullptr) disk.doubtful_[*handle.path] = disk.files_[*handle.path].operations.size();
      return SQLITE_IOERR_FSYNC;
    }
    if (handle.path != nullptr) {
      FaultyVfs::File& remembered = disk.files_[*handle.path];
      for (size_t i = disk.doubtful_[*handle.path]; i < remembered.operations.size(); ++i) {
        remembered.operations[i].durable = true;
      }
      disk.doubtful_[*handle.path] -= std::min(disk.doubtful_[*handle.path], remembered.Settle());
    }
    return SQLITE_OK;  // the real disk need not hurry: what counts is what is remembered
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    return Of(file).real->pMethods->xFileSize(Of(file).real, size);
  }
  static int Lock(sqlite3_file* file, int lock) { return Of(file).real->pMethods->xLock(Of(file).real, lock); }
  static int Unlock(sqlite3_file* file, int lock) { return Of(file).real->pMethods->xUnlock(Of(file).real, lock); }
  static int CheckReservedLock(sqlite3_file* file, int* result) {
    return Of(file).real->pMethods->xCheckReservedLock(Of(file).real, result);
  }
  static int FileControl(sqlite3_file* file, int operation, void* argument) {
    // The size is not to be set behind our back.
    if (operation == SQLITE_FCNTL_SIZE_HINT || operation == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return Of(file).real->pMethods->xFileControl(Of(file).real, operation, argument);
  }
  static int SectorSize(sqlite3_file*) { return kSector; }
  static int DeviceCharacteristics(sqlite3_file* file) {
    return Of(file).real->pMethods->xDeviceCharacteristics(Of(file).real);
  }
  static int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return Of(file).real->pMethods->xShmMap(Of(file).real, page, size, extend, memory);
  }
  static int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
    return Of(file).real->pMethods->xShmLock(Of(file).real, offset, count, flags);
  }
  static void ShmBarrier(sqlite3_file* file) { Of(file).real->pMethods->xShmBarrier(Of(file).real); }
  static int ShmUnmap(sqlite3_file* file, int remove) {
    return Of(file).real->pMethods->xShmUnmap(Of(file).real, Of(file).disk->off_ ? 0 : remove);
  }

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    static constexpr sqlite3_io_methods kMethods = {2,
                                                    Close,
                                                    Read,
                                                    Write,
                                                    Truncate,
                                                    Sync,
                                                    FileSize,
                                                    Lock,
                                                    Unlock,
                                                    CheckReservedLock,
                                                    FileControl,
                                                    SectorSize,
                                                    DeviceCharacteristics,
                                                    ShmMap,
                                                    ShmLock,
                                                    ShmBarrier,
                                                    ShmUnmap,
                                                    nullptr,
                                                    nullptr};
    FaultyVfs& disk = Of(vfs);
    auto* handle = new (file) Handle{};
    handle->base.pMethods = nullptr;  // nothing to be closed
    if (disk.off_) return SQLITE_CANTOPEN;
    handle->disk = &disk;
    handle->real = reinterpret_cast<sqlite3_file*>(handle + 1);
    const int status = disk.real_->xOpen(disk.real_, path, handle->real, flags, flags_out);
    if (handle->real->pMethods == nullptr) return status;
    handle->base.pMethods = &kMethods;
    if (path != nullptr && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
      handle->path = new std::string(path);
      disk.Remember(*handle->path);
    }
    return status;
  }

  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    FaultyVfs& disk = Of(vfs);
    if (disk.off_) return SQLITE_IOERR_DELETE;
    disk.files_.erase(path);
    return disk.real_->xDelete(disk.real_, path, sync_folder);
  }
};

FaultyVfs::FaultyVfs(uint64_t seed)
    : real_(sqlite3_vfs_find(nullptr)), name_("faulty" + std::to_string(seed)), random_(seed) {
  vfs_ = *real_;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyVfsMethods::Handle)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  // The rest of the default one's functions do not look at what they are called on.
  vfs_.xOpen = FaultyVfsMethods::Open;
  vfs_.xDelete = FaultyVfsMethods::Delete;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

bool FaultyVfs::Dies() {
  ++operations_;
  if (operations_ == cut_at_) off_ = true;
  return off_;
}

FaultyVfs::File& FaultyVfs::Remember(const std::string& path) {
  const auto [file, fresh] = files_.try_emplace(path);
  if (fresh) file->second.image = Content(path);
  return file->second;
}

void FaultyVfs::File::Apply(const Operation& operation) {
  if (operation.size) {
    image.resize(static_cast<size_t>(*operation.size));
    return;
  }
  const auto offset = static_cast<size_t>(operation.offset);
  if (image.size() < offset + operation.bytes.size()) image.resize(offset + operation.bytes.size());
  std::copy(operation.bytes.begin(), operation.bytes.end(), image.begin() + static_cast<ptrdiff_t>(offset));
}

size_t FaultyVfs::File::Settle() {
  size_t settled = 0;
  while (settled < operations.size() && operations[settled].durable) Apply(operations[settled++]);
  operations.erase(operations.begin(), operations.begin() + static_cast<ptrdiff_t>(settled));
  return settled;
}

void FaultyVfs::StartAnew() {
  for (auto& [path, file] : files_) {
    // Disks differ in how much they delay: all of it, none of it, or by chance.
    const uint64_t habit = random_() % 4;
    for (const Operation& operation : file.operations) {
      if (operation.durable) {
        file.Apply(operation);
        continue;
      }
      const uint64_t fate = habit == 0 ? 0 : habit == 1 ? 1 : random_() % 3;
      if (fate == 0) continue;
      if (fate == 1 || operation.size) {
        file.Apply(operation);
        continue;
      }
      // Torn: each sector for itself.
      for (int64_t begin = operation.offset; begin < operation.offset + static_cast<int64_t>(operation.bytes.size());) {
        const int64_t end = std::min<int64_t>((begin / kSector + 1) * kSector,
                                              operation.offset + static_cast<int64_t>(operation.bytes.size()));
        if (random_() % 2 == 0) {
          const auto first = operation.bytes.begin() + static_cast<ptrdiff_t>(begin - operation.offset);
          file.Apply({begin, Bytes(first, first + static_cast<ptrdiff_t>(end - begin)), std::nullopt, false});
        }
        begin = end;
      }
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(reinterpret_cast<const char*>(file.image.data()), static_cast<std::streamsize>(file.image.size()));
    std::error_code none;
    std::filesystem::remove(path + "-shm", none);
  }
  files_.clear();
}

}  // namespace sotto::server
