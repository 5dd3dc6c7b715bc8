// directory.c - mkdtemp and its opposite.

#include "base/directory.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_DIRECTORIES = 16 };

bool directory_make_temporary(Arena *arena, const char **path, Error *err)
{
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || *parent == '\0')
        parent = "/tmp";
    char *name = arena_printf(arena, "%s/hone-XXXXXX", parent);
    if (mkdtemp(name) == NULL)
        return fail(err, ERROR_FILE, "no temporary directory in %s: %s", parent,
                    strerror(errno));
    *path = name;
    return true;
}

static int remove_entry(const char *path, const struct stat *status, int kind,
                        struct FTW *position)
{
    remove(path); // What can't be removed stays; the rest still goes.
    return 0;
}

void directory_remove(const char *path)
{
    if (path != NULL)
        nftw(path, remove_entry, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS);
}
