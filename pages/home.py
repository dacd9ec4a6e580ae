"""What can I explore, and in which order?"""

from cnnviz.ui.cold_start import through_app
from cnnviz.ui.home import map_of_the_app, welcome

through_app()
welcome()
map_of_the_app()
