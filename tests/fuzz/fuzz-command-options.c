/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "kad-command-registry.h"
#include "kad-commands.h"
#include "kad-error.h"
#include "kad-json-reader.h"

/* Options of any command as a line of `--commands` brings them: a handler that was made with them,
 * or an error. The first byte says which command. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static char **names;
  FuzzInput input = { data, size };
  guint choice = fuzz_byte (&input);
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  KadCommandHandler *handler;

  if (names == NULL)
    {
      kad_command_registry_init ();
      kad_commands_register ();
      names = kad_command_registry_list ();
    }
  options = kad_json_read_object ((const char *) input.data, input.len, NULL);
  if (options == NULL)
    return 0;
  handler = kad_command_registry_create (names[choice % g_strv_length (names)], options, &error);
  fuzz_assert_outcome (handler != NULL, error);
  if (handler == NULL)
    {
      g_assert_true (error->domain == KAD_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_assert_finalize_object (G_OBJECT (handler));
  return 0;
}
