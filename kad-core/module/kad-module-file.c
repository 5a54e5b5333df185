/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One file, before it is loaded.
 *
 * Whose code is this? A module runs with all that we may do, so a file or folder in which somebody
 * else can put code is refused. Three owners are trusted: root, the user we run as, and whoever
 * owns the library itself, which is code of theirs that runs already. Others must not be able to
 * write: not all the world (a folder like /tmp, where nobody can touch what is not theirs, will
 * do), and no group but root's, our own and the library's. So a build tree works as it is, with the
 * umask 002, too. The folders further up are left to whoever made them.
 *
 * What is this? The info is read before a function of the module is called. What the dynamic linker
 * runs by itself when it opens a library (constructors) has run by then; modules of Kad have no
 * use for any. All symbols are resolved when the file is opened, so that what is missing is told
 * now instead of ending the process later. A module for another API version may well miss some;
 * it is opened once more without that, only to be asked for its version.
 *
 * The linker waits for ever on a pipe, and maps a library that was cut short as if it were whole:
 * whoever touches what is missing dies of it. So both are looked for before it is asked.
 */
#include "kad-module-file.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kad-error.h"
#include "kad-escape.h"

/* ---- whose ---- */

/* Who owns the library that this is part of; root's if that cannot be found out. */
static void
stat_library (struct stat *status)
{
  Dl_info info;

  if (dladdr ((gpointer) kad_module_file_is_safe, &info) == 0 || info.dli_fname == NULL
      || stat (info.dli_fname, status) != 0)
    *status = (struct stat){ 0 };
}

static gboolean
is_safe_by_itself (const char *path, GError **error)
{
  struct stat status, library;
  gboolean is_sticky;

  if (stat (path, &status) != 0)
    {
      g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_FOUND, "it cannot be looked at: %s",
                   g_strerror (errno));
      return FALSE;
    }
  stat_library (&library);
  is_sticky = S_ISDIR (status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if (status.st_uid != 0 && status.st_uid != geteuid () && status.st_uid != library.st_uid)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                 "%s belongs to user %u, whose code is not run here: it must belong to root or "
                 "to user %u",
                 path, (guint) status.st_uid, (guint) geteuid ());
  else if ((status.st_mode & S_IWOTH) != 0 && !is_sticky)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                 "everybody may write to %s, so anybody's code could be in it: chmod o-w", path);
  else if ((status.st_mode & S_IWGRP) != 0 && !is_sticky && status.st_gid != 0
           && status.st_gid != getegid () && status.st_gid != library.st_gid)
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                 "group %u may write to %s, so its members' code could be in it: chmod g-w",
                 (guint) status.st_gid, path);
  else
    return TRUE;
  return FALSE;
}

gboolean
kad_module_file_is_safe (const char *path, GError **error)
{
  g_autofree char *folder = NULL;
  char *real;

  if (!is_safe_by_itself (path, error))
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  /* A link leads to another folder, in which the file could be exchanged. */
  real = realpath (path, NULL);
  folder = g_path_get_dirname (real != NULL ? real : path);
  free (real);
  return is_safe_by_itself (folder, error);
}

/* ---- what ---- */

gboolean
kad_module_is_name (const char *name)
{
  gsize len = strnlen (name, KAD_MAX_MODULE_NAME + 1);

  if (len == 0 || len > KAD_MAX_MODULE_NAME || !g_ascii_islower (name[0]) || name[len - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_islower (name[i]) && !g_ascii_isdigit (name[i])
        && (name[i] != '-' || name[i + 1] == '-'))
      return FALSE;
  return TRUE;
}

/* The dynamic linker's messages begin with the file, which is told beside them. */
static const char *
get_linker_error (const char *path)
{
  const char *error = g_module_error ();

  if (error == NULL)
    return "it cannot be opened";
  if (g_str_has_prefix (error, path) && g_str_has_prefix (error + strlen (path), ": "))
    error += strlen (path) + strlen (": ");
  return error;
}

static gboolean
is_text (const char *text, gsize max_bytes)
{
  gsize len = text != NULL ? strnlen (text, max_bytes + 1) : 0;

  return len > 0 && len <= max_bytes && g_utf8_validate (text, len, NULL);
}

/* Nothing behind api_version is looked at before that is known to be ours. */
static gboolean
read_info (GModule *module, KadModuleInfo *info, GError **error)
{
  const KadModuleInfo *found;
  gpointer symbol = NULL;

  if (!g_module_symbol (module, "kad_module_info", &symbol) || symbol == NULL)
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                           "it is no module of Kad: it does not say KAD_MODULE_DEFINE");
      return FALSE;
    }
  found = symbol;
  if (found->api_version != KAD_MODULE_API_VERSION)
    {
      g_set_error (
          error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
          "it was built for version %u of the module API, and this is version %u: build it "
          "against the installed headers",
          found->api_version, (guint) KAD_MODULE_API_VERSION);
      return FALSE;
    }
  if (found->size < sizeof *info || !is_text (found->name, KAD_MAX_MODULE_NAME)
      || !kad_module_is_name (found->name) || !is_text (found->version, KAD_MAX_MODULE_VERSION)
      || !is_text (found->summary, KAD_MAX_MODULE_SUMMARY))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                           "what it says of itself is not as KAD_MODULE_DEFINE wants it: a name of "
                           "lower-case words joined by hyphens, a version and a summary");
      return FALSE;
    }
  *info = *found;
  return TRUE;
}

/* libkad-transport-tcp.so may have g_io_kad_transport_tcp_load for g_io_module_load. */
static gboolean
has_function (GModule *module, const char *path, const char *what)
{
  g_autofree char *name = g_path_get_basename (path);
  const char *start = g_str_has_prefix (name, "lib") ? name + strlen ("lib") : name;
  g_autofree char *stem = g_strndup (start, strcspn (start, "."));
  g_autofree char *common = g_strconcat ("g_io_module_", what, NULL);
  g_autofree char *own = NULL;
  gpointer symbol;

  own = g_strconcat ("g_io_", g_strdelimit (stem, "-", '_'), "_", what, NULL);
  return g_module_symbol (module, own, &symbol) || g_module_symbol (module, common, &symbol);
}

/* Some symbol is missing, or more than that: the reason, or the better one that the module is for
 * another version. */
static void
explain (const char *path, const char *reason, GError **error)
{
  g_autofree char *kept = g_strdup (reason);
  GModule *module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  g_autoptr (GError) better = NULL;
  KadModuleInfo info;

  if (module != NULL && !read_info (module, &info, &better))
    g_propagate_error (error, g_steal_pointer (&better));
  else
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, kept);
  if (module != NULL)
    g_module_close (module);
}

/* Whether all that the linker will map is in the file. What is no library of this machine at all,
 * or cannot be read now, is left to the linker, which says so. */
static gboolean
is_whole (int fd, guint64 size)
{
  ElfW (Ehdr) header;
  ElfW (Phdr) segment;

  if (pread (fd, &header, sizeof header, 0) != sizeof header
      || memcmp (header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_phentsize != sizeof segment)
    return TRUE;
  for (guint i = 0; i < header.e_phnum; i++)
    {
      gssize n = pread (fd, &segment, sizeof segment, header.e_phoff + i * sizeof segment);

      if (n < 0)
        return TRUE;
      if (n < (gssize) sizeof segment)
        return FALSE;
      if (segment.p_type == PT_LOAD
          && (segment.p_offset > size || segment.p_filesz > size - segment.p_offset))
        return FALSE;
    }
  return TRUE;
}

static gboolean
can_be_mapped (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  gboolean is_good = FALSE;

  if (fd < 0)
    return TRUE;
  if (fstat (fd, &status) != 0)
    is_good = TRUE;
  else if (!S_ISREG (status.st_mode))
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED, "it is no regular file");
  else if (!is_whole (fd, status.st_size))
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_CORRUPT,
                         "the file was cut short: copy or build it again");
  else
    is_good = TRUE;
  close (fd);
  return is_good;
}

GModule *
kad_module_file_open (const char *path, KadModuleInfo *info, GError **error)
{
  GModule *module;

  if (!can_be_mapped (path, error))
    return NULL;
  module = g_module_open (path, G_MODULE_BIND_LOCAL);
  if (module == NULL)
    {
      explain (path, get_linker_error (path), error);
      return NULL;
    }
  if (!read_info (module, info, error))
    {
      g_module_close (module);
      return NULL;
    }
  if (!has_function (module, path, "load") || !has_function (module, path, "unload"))
    {
      g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_SUPPORTED,
                           "g_io_module_load or g_io_module_unload is missing");
      g_module_close (module);
      return NULL;
    }
  return module;
}
