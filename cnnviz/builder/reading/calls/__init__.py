"""What calls give: of modules and joins, of classes, of libraries' functions, of methods."""
