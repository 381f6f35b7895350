/* files.h: files and directories for the tests to play with. Names are UTF-8 and may be long. Include after test.h. */
#ifndef FILES_H
#define FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <dirent.h>
#endif

#define FILE_MAX_PATH 2048

static inline void file_join(char path[FILE_MAX_PATH], const char *directory, const char *name)
{
    int length = snprintf(path, FILE_MAX_PATH, "%s/%s", directory, name);
    if (length < 0 || length >= FILE_MAX_PATH) abort();
}

/* -- what a directory holds ------------------------------------------------------------------ */

#ifdef _WIN32
typedef struct {
    HANDLE search;
    WIN32_FIND_DATAW entry;
    int more; /* `entry` is one that nobody saw */
    char name[1024];
} file_list_t;

static inline void file_list_open(file_list_t *list, const char *directory)
{
    char pattern[FILE_MAX_PATH];
    wchar_t *wide;
    file_join(pattern, directory, "*");
    wide = test_wide_path(pattern);
    list->search = FindFirstFileW(wide, &list->entry);
    list->more = list->search != INVALID_HANDLE_VALUE;
    free(wide);
}

static inline const char *file_list_next(file_list_t *list)
{
    if (!list->more || !WideCharToMultiByte(CP_UTF8, 0, list->entry.cFileName, -1, list->name, sizeof list->name, NULL, NULL)) return NULL;
    list->more = FindNextFileW(list->search, &list->entry);
    return list->name;
}

static inline void file_list_close(file_list_t *list)
{
    if (list->search != INVALID_HANDLE_VALUE) FindClose(list->search);
}
#else
typedef struct {
    DIR *directory;
} file_list_t;

static inline void file_list_open(file_list_t *list, const char *directory)
{
    list->directory = opendir(directory);
}

static inline const char *file_list_next(file_list_t *list)
{
    const struct dirent *entry = list->directory ? readdir(list->directory) : NULL;
    return entry ? entry->d_name : NULL;
}

static inline void file_list_close(file_list_t *list)
{
    if (list->directory) closedir(list->directory);
}
#endif

/* Calls a function (or none) with the path of each entry but "." and ".."; returns their number. */
static inline int file_each(const char *directory, void (*visit)(const char *path, void *data), void *data)
{
    char path[FILE_MAX_PATH];
    const char *name;
    file_list_t list;
    int entries = 0;
    file_list_open(&list, directory);
    while ((name = file_list_next(&list)) != NULL) {
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        entries++;
        file_join(path, directory, name);
        if (visit) visit(path, data);
    }
    file_list_close(&list);
    return entries;
}

/* -- files ------------------------------------------------------------------------------------- */

/* Removes a file, or a directory with all that is in it. */
static inline void file_remove(const char *path, void *unused)
{
    if (test_unlink(path) == 0) return;
    file_each(path, file_remove, unused);
    test_rmdir(path);
}

/* Makes the directories that a path leads through, all but its last part. */
static inline void file_make_way(const char *path)
{
    char part[FILE_MAX_PATH];
    size_t i;
    for (i = 1; path[i] && i < sizeof part; i++) {
        if (path[i] != '/') continue;
        memcpy(part, path, i);
        part[i] = 0;
        test_mkdir(part);
    }
}

/* Writes a file, and makes the directories it stands in. */
static inline void file_put(const char *path, const char *bytes, size_t size)
{
    FILE *file;
    file_make_way(path);
    file = test_fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size);
    if (file) fclose(file);
}

/* What a file holds and a zero behind it, to be freed; NULL when it cannot be read. */
static inline char *file_get(const char *path, size_t *size)
{
    FILE *file = test_fopen(path, "rb");
    char *bytes = NULL;
    long length = -1;
    *size = 0;
    if (!file) return NULL;
    if (fseek(file, 0, SEEK_END) == 0) length = ftell(file);
    if (length >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        bytes = (char *)malloc((size_t)length + 1);
        if (!bytes) abort();
        *size = fread(bytes, 1, (size_t)length, file);
        bytes[*size] = 0;
    }
    fclose(file);
    return bytes;
}

/* -- a scratch directory ------------------------------------------------------------------------- */

static char scratch[512];

/* Makes it; whether that went well. */
static inline int scratch_begin(void)
{
    return test_new_directory(scratch, sizeof scratch);
}

/* The path of something in it; the next call overwrites it. */
static inline const char *in_scratch(const char *name)
{
    static char path[FILE_MAX_PATH];
    file_join(path, scratch, name);
    return path;
}

/* The number of files and directories that stand in it. */
static inline int scratch_files(void)
{
    return file_each(scratch, NULL, NULL);
}

/* Removes it. The working directory may have been inside. */
static inline void scratch_end(void)
{
    CHECK(test_chdir(scratch) == 0 && test_chdir("..") == 0);
    file_remove(scratch, NULL);
    CHECK_INT(scratch_files(), 0);
}

#endif /* FILES_H */
