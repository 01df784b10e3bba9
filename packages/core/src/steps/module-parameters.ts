/** Shell text that adds to `$state` the parameters of `$module` that differ from the arguments (`name=value`), and prints it. */
export const moduleParametersText = `for wanted; do
  name=\${wanted%%=*} value=\${wanted#*=}
  { actual=$(cat "$module/parameters/$name"); } 2>/dev/null || continue
  case $actual in Y|N)
    case $value in
      1|y|Y|true) value=Y;;
      0|n|N|false) value=N;;
    esac;;
  esac
  [ "$actual" = "$value" ] || state="$state $name=$actual"
done
printf '%s\\n' "$state"
`;
