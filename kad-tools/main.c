/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kad-command-line.h"
#include "kad-error.h"
#include "kad-help.h"
#include "kad-node.h"
#include "kad-signals.h"

/* Where a standard stream is closed, the next socket would take its place and get our words. */
static void
fill_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", O_RDWR) != fd)
      _exit (KAD_EXIT_ERROR);
}

/* A node has a descriptor for each connection, and a testnet many nodes. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
check_utf8 (const char *const *argv, GError **error)
{
  for (; *argv != NULL; argv++)
    if (!g_utf8_validate (*argv, -1, NULL))
      {
        g_set_error_literal (
            error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
            _ ("Arguments must be UTF-8; give other bytes as hex:... or base64:..., "
               "or a value by stdin"));
        return FALSE;
      }
  return TRUE;
}

/* An error ahead of the command's own arguments. */
static KadExit
fail_early (const KadToolCommand *command, const char *const *argv, GError *error)
{
  g_autoptr (KadOutput) output = kad_output_new_plain (kad_command_line_wants_json (argv));
  KadTool tool = { .command = command, .output = output };

  return kad_tool_fail (&tool, error);
}

static KadExit
run_command (const KadToolCommand *command, const char *const *rest)
{
  GError *error = NULL;
  g_autoptr (KadArguments) arguments = kad_command_line_parse (command, rest, &error);
  g_autoptr (KadOutput) output = arguments != NULL ? kad_output_new (arguments, &error) : NULL;
  KadTool tool = { .command = command, .arguments = arguments, .output = output };

  if (output == NULL)
    return fail_early (command, rest, error);
  if (kad_arguments_has (arguments, "help"))
    return kad_help_show (&tool);
  return command->run (&tool);
}

static KadExit
show_help (void)
{
  g_autoptr (KadOutput) output = kad_output_new_plain (FALSE);

  kad_help_print_all (output);
  return KAD_EXIT_OK;
}

static KadExit
show_version (void)
{
  g_autoptr (KadOutput) output = kad_output_new_plain (FALSE);

  kad_output_line (output, "kad " KAD_VERSION);
  return KAD_EXIT_OK;
}

static KadExit
run_tool (const char *const *argv)
{
  KadCommandLine line = { NULL };
  GError *error = NULL;
  KadExit code;

  if (!check_utf8 (argv, &error) || !kad_command_line_split (&line, argv, &error))
    code = fail_early (NULL, argv, error);
  else if (line.wants_version)
    code = show_version ();
  else if (line.wants_help)
    code = show_help ();
  else
    code = run_command (line.command, (const char *const *) line.rest->pdata);
  kad_command_line_clear (&line);
  return code;
}

int
main (int argc, char **argv)
{
  fill_standard_streams ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, KAD_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  kad_signals_init ();
  raise_descriptor_limit ();
  kad_modules_load ();
  kad_command_line_load_modules ((const char *const *) argv + (argc > 0 ? 1 : 0));
  return run_tool ((const char *const *) argv + (argc > 0 ? 1 : 0));
}
