#include "tests/runtime/faulty_disk.h"

#include "common/check.h"

namespace fairlead::testing {
namespace {

struct FaultyFile {
  sqlite3_file base;
  FaultyDisk* disk;
  sqlite3_vfs* system;
  // The system's own file object follows in memory.
};

FaultyFile* self(sqlite3_file* file) {
  return reinterpret_cast<FaultyFile*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(FaultyFile));
}

int close_file(sqlite3_file* f) {
  return real(f)->pMethods->xClose(real(f));
}
int read_file(sqlite3_file* f, void* to, int count, sqlite3_int64 at) {
  return real(f)->pMethods->xRead(real(f), to, count, at);
}
int write_file(sqlite3_file* f, const void* from, int count, sqlite3_int64 at) {
  if (self(f)->disk->is_full) return SQLITE_FULL;
  if (self(f)->disk->writes_fail) return SQLITE_IOERR_WRITE;
  return real(f)->pMethods->xWrite(real(f), from, count, at);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
  return real(f)->pMethods->xTruncate(real(f), size);
}
int sync_file(sqlite3_file* f, int flags) {
  ++self(f)->disk->syncs;
  if (self(f)->disk->syncs_fail) return SQLITE_IOERR_FSYNC;
  return real(f)->pMethods->xSync(real(f), flags);
}
int file_size(sqlite3_file* f, sqlite3_int64* size) {
  return real(f)->pMethods->xFileSize(real(f), size);
}
int lock_file(sqlite3_file* f, int level) {
  return real(f)->pMethods->xLock(real(f), level);
}
int unlock_file(sqlite3_file* f, int level) {
  return real(f)->pMethods->xUnlock(real(f), level);
}
int check_lock(sqlite3_file* f, int* held) {
  return real(f)->pMethods->xCheckReservedLock(real(f), held);
}
int control_file(sqlite3_file* f, int what, void* with) {
  return real(f)->pMethods->xFileControl(real(f), what, with);
}
int sector_size(sqlite3_file* f) {
  return real(f)->pMethods->xSectorSize(real(f));
}
int characteristics(sqlite3_file* f) {
  return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

// Version 1: no shared memory, which a store in exclusive mode must do without.
const sqlite3_io_methods kMethods = {
    1,         close_file,  read_file,  write_file,   truncate_file, sync_file,      file_size,
    lock_file, unlock_file, check_lock, control_file, sector_size,   characteristics};

struct Behind {
  sqlite3_vfs* system;
  FaultyDisk* disk;
};

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  auto* behind = static_cast<Behind*>(vfs->pAppData);
  self(file)->disk = behind->disk;
  self(file)->system = behind->system;
  int code = behind->system->xOpen(behind->system, path, real(file), flags, out_flags);
  file->pMethods = code == SQLITE_OK ? &kMethods : nullptr;
  return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  vfs_ = *system;
  vfs_.zName = "fairlead-faulty";
  vfs_.pNext = nullptr;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + system->szOsFile;
  vfs_.xOpen = open_file;
  // The other calls (delete, access, …) take no file and find what they need in the system's
  // own table, not in pAppData.
  vfs_.pAppData = new Behind{.system = system, .disk = this};
  check(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK, "a file layer can be registered");
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  delete static_cast<Behind*>(vfs_.pAppData);
}

}  // namespace fairlead::testing
